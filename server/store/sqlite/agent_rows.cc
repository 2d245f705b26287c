#include "server/store/sqlite/agent_rows.h"

#include <utility>

#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sql_text.h"

namespace sweepd {
namespace {

constexpr char kColumns[] = "id, name, host, slots, version, registered, last_seen";

Agent ReadAgent(Row& row) {
  Agent agent;
  agent.id = row.Text();
  agent.name = row.Text();
  agent.host = row.Text();
  agent.slots = row.Int();
  agent.version = row.Text();
  agent.registered = row.Time();
  agent.last_seen = row.Time();
  return agent;
}

}  // namespace

absl::StatusOr<Agent> AgentRows::Find(absl::string_view id) {
  static constexpr auto kFind = SqlText("SELECT ", kColumns, " FROM agents WHERE id = ?1");
  Statement find = connection_.Prepare(kFind);
  find.Bind(id);
  ASSIGN_OR_RETURN(auto agent, ReadOne(find, ReadAgent));
  if (!agent.has_value()) return AgentNotFound(id);
  return *std::move(agent);
}

absl::StatusOr<std::vector<Agent>> AgentRows::List(int64_t limit) {
  static constexpr auto kList = SqlText("SELECT ", kColumns, " FROM agents ORDER BY agent_key DESC LIMIT ?1");
  Statement list = connection_.Prepare(kList);
  list.Bind(limit);
  return ReadAll(list, ReadAgent);
}

absl::Status AgentRows::Insert(const Agent& agent) {
  static constexpr auto kInsert = SqlText("INSERT INTO agents (", kColumns, ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  Statement insert = connection_.Prepare(kInsert);
  return insert.Bind(agent.id, agent.name, agent.host, agent.slots, agent.version, agent.registered, agent.last_seen)
      .Run();
}

}  // namespace sweepd
