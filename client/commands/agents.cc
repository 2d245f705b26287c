#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/commands/commands.h"
#include "client/output/list_printer.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/output/state_text.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

// The most that the service gives; it has no further pages.
constexpr int kMaxAgents = 1000;

// "abcdefgh/3" for "sweeps/abcdefgh/trials/3".
std::string ShortTrials(const v1::Agent& agent) {
  return absl::StrReplaceAll(absl::StrJoin(agent.trials(), " "), {{"sweeps/", ""}, {"/trials/", "/"}});
}

ListRow AgentRow(const v1::Agent& agent, absl::Time now) {
  const std::string state = agent.alive() ? "ALIVE" : "SILENT";
  return {.id = agent.id(),
          .json = AgentJson(agent),
          .cells = {agent.name(),
                    {state, StyleOfState(state)},
                    agent.host(),
                    absl::StrCat(agent.trials_size(), "/", agent.slots()),
                    absl::StrCat(DurationText(now - TimeOf(agent.last_seen_time())), " ago"),
                    ShortTrials(agent),
                    {agent.version(), Style::kDim}}};
}

class AgentsCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Flag("-a,--all", &all_, "Also those that were not heard of for a lease time");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    v1::ListAgentsRequest request;
    request.set_page_size(kMaxAgents);
    ASSIGN_OR_RETURN(const v1::ListAgentsResponse response, session.client().ListAgents(request));
    ListPrinter printer(
        session.out(), session.terminal(), session.format(),
        {{"NAME"}, {"STATE"}, {"HOST"}, {"BUSY", Align::kRight}, {"SEEN", Align::kRight}, {"TRIALS"}, {"VERSION"}},
        {"id", "name", "host", "slots", "version", "alive", "registered", "last_seen", "trials"});
    int silent = 0;
    for (const v1::Agent& agent : response.agents()) {
      if (!all_ && !agent.alive()) {
        ++silent;
        continue;
      }
      printer.Add(AgentRow(agent, session.Now()));
    }
    printer.Finish("No agents. Start one: sweep-agent --controller " + session.client().address());
    if (silent > 0) session.err() << silent << " silent; show them with --all\n";
    return ExitCode::kOk;
  }

 private:
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeAgentsCommand() { return std::make_unique<AgentsCommand>(); }

}  // namespace sweepd::client
