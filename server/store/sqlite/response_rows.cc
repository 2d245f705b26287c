#include "server/store/sqlite/response_rows.h"

#include "common/status_macros.h"
#include "server/store/sqlite/row.h"

namespace sweepd {

absl::StatusOr<std::optional<StoredResponse>> ResponseRows::Find(absl::string_view request_id) {
  Statement find = connection_.Prepare("SELECT fingerprint, response FROM responses WHERE request_id = ?1");
  find.Bind(request_id);
  return ReadOne(find, [](Row& row) {
    StoredResponse stored;
    stored.fingerprint = row.Text();
    stored.response = row.Text();
    return stored;
  });
}

absl::Status ResponseRows::Insert(absl::string_view request_id, const StoredResponse& response, absl::Time now) {
  Statement insert =
      connection_.Prepare("INSERT INTO responses (request_id, fingerprint, response, created) VALUES (?1, ?2, ?3, ?4)");
  return insert.Bind(request_id, response.fingerprint, Blob{response.response}, now).Run();
}

absl::StatusOr<int64_t> ResponseRows::Prune(absl::Time before, int64_t limit) {
  // The oldest ones have the lowest keys, so no index of the times is needed.
  Statement prune = connection_.Prepare(
      "DELETE FROM responses WHERE response_key IN"
      " (SELECT response_key FROM (SELECT response_key, created FROM responses ORDER BY response_key LIMIT ?2)"
      "  WHERE created < ?1)");
  RETURN_IF_ERROR(prune.Bind(before, limit).Run());
  return connection_.changes();
}

}  // namespace sweepd
