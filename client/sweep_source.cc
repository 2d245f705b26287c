#include "client/sweep_source.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace sweepd::client {
namespace {

// The controller's own limit; a larger file would be refused there, with less to say about it.
constexpr size_t kMaxBytes = 1 << 20;

std::string ReadText(std::istream& in) {
  std::string text(kMaxBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

}  // namespace

absl::StatusOr<v1::SweepFile> ReadSweepFile(const std::string& path, std::istream& in) {
  v1::SweepFile file;
  if (path == "-") {
    file.set_name("stdin");
    file.set_text(ReadText(in));
  } else {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      return absl::InvalidArgumentError(absl::StrCat(path, " is a folder; name the sweep file in it"));
    }
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return absl::NotFoundError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
    file.set_name(path);
    file.set_text(ReadText(stream));
  }
  if (file.text().size() > kMaxBytes) {
    return absl::InvalidArgumentError(absl::StrCat(file.name(), " is larger than 1 MiB; a sweep file is not"));
  }
  return file;
}

}  // namespace sweepd::client
