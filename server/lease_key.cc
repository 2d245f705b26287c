#include "server/lease_key.h"

#include "absl/strings/str_cat.h"
#include "common/file.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

constexpr size_t kKeyCharacters = 64;  // 256 bits in hexadecimal

}  // namespace

absl::StatusOr<std::string> LoadOrMakeLeaseKey(const std::string& data_dir, IdSource& ids) {
  const std::string path = absl::StrCat(data_dir, "/lease.key");
  absl::StatusOr<std::string> key = ReadFile(path);
  if (absl::IsNotFound(key.status())) {
    key = absl::StrCat(MakeToken(ids), MakeToken(ids));
    RETURN_IF_ERROR(WriteFileAtomically(path, *key, 0600));
  }
  RETURN_IF_ERROR(key.status());
  if (key->size() != kKeyCharacters) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " is damaged: it should hold ", kKeyCharacters,
        " characters. Restore it from a backup; or delete it, and every attempt that is running now is run again"));
  }
  return key;
}

}  // namespace sweepd
