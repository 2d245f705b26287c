#include "client/output/csv.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace sweepd::client {
namespace {

std::string Quoted(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  return absl::StrCat("\"", absl::StrReplaceAll(field, {{"\"", "\"\""}}), "\"");
}

const Value* Member(const Value* value, absl::string_view key) {
  if (value == nullptr || !value->is_map()) return nullptr;
  const auto it = value->as_map().find(key);
  return it == value->as_map().end() ? nullptr : &it->second;
}

const Value* Find(const Value& resource, absl::string_view path) {
  absl::string_view name = path;
  if (absl::ConsumePrefix(&name, "param.")) return Member(Member(&resource, "assignment"), name);
  const Value* value = &resource;
  for (absl::string_view key : absl::StrSplit(path, '.')) value = Member(value, key);
  return value;
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& fields) {
  return absl::StrCat(
      absl::StrJoin(fields, ",",
                    [](std::string* out, const std::string& field) { absl::StrAppend(out, Quoted(field)); }),
      "\n");
}

std::string CsvField(const Value& resource, absl::string_view path) {
  const Value* value = Find(resource, path);
  // resource_json.h keeps numbers that JSON does not know under this second name.
  if (value == nullptr || value->is_null()) value = Find(resource, absl::StrCat(path, "_nonfinite"));
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? value->as_string() : ToJson(*value);
}

}  // namespace sweepd::client
