"""Name -> scenario, for run.py."""

import fault_scenarios
import load_scenarios

SCENARIOS = {
    "kills": load_scenarios.kill_cycles,
    "kill-agents": load_scenarios.kill_agents,
    "zombies": load_scenarios.zombies,
    "proxy": load_scenarios.proxy,
    "full": load_scenarios.assaulted_grid,
    "sigstop": fault_scenarios.sigstop,
    "enospc": fault_scenarios.enospc,
    "fsync": fault_scenarios.fsync,
    "processes": fault_scenarios.processes,
    "orphans": fault_scenarios.orphans,
}
