#include "server/store/sqlite/response_rows.h"

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

}  // namespace sweepd
