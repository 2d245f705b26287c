#include "bench/quality/results_file.h"

#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace sweepd::quality {
namespace {

using Key = std::tuple<std::string, std::string, uint64_t>;

std::optional<Key> KeyOf(const std::string& line) {
  const absl::StatusOr<Value> value = ParseJson(line);
  if (!value.ok() || !value->is_map()) return std::nullopt;
  const Value::Map& map = value->as_map();
  const auto task = map.find("task");
  const auto method = map.find("method");
  const auto seed = map.find("seed");
  if (task == map.end() || method == map.end() || seed == map.end()) return std::nullopt;
  if (!task->second.is_string() || !method->second.is_string() || !seed->second.is_int()) return std::nullopt;
  return Key(task->second.as_string(), method->second.as_string(), static_cast<uint64_t>(seed->second.as_int()));
}

}  // namespace

absl::StatusOr<ResultsFile> ResultsFile::Open(const std::string& path) {
  ResultsFile results;
  std::ifstream file(path);
  std::string line;
  uintmax_t whole = 0;  // bytes of the lines that end
  for (int64_t number = 1; std::getline(file, line) && !file.eof(); ++number) {
    const std::optional<Key> key = KeyOf(line);
    if (!key.has_value()) return absl::InvalidArgumentError(absl::StrCat(path, ":", number, ": not a result"));
    results.keys_.insert(*key);
    whole += line.size() + 1;
  }
  std::error_code error;
  if (file.is_open()) std::filesystem::resize_file(path, whole, error);
  if (error) return absl::UnavailableError(absl::StrCat("cannot shorten ", path, ": ", error.message()));
  results.file_.open(path, std::ios::app);
  if (!results.file_) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return results;
}

absl::Status ResultsFile::Append(const Value::Map& record) {
  file_ << ToJson(record) << "\n" << std::flush;
  return file_ ? absl::OkStatus() : absl::UnavailableError("cannot write the results");
}

}  // namespace sweepd::quality
