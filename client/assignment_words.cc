#include "client/assignment_words.h"

#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace sweepd::client {
namespace {

bool BeginsLikeANumber(absl::string_view word) {
  if (!word.empty() && (word[0] == '+' || word[0] == '-')) word.remove_prefix(1);
  if (!word.empty() && word[0] == '.') word.remove_prefix(1);
  return !word.empty() && absl::ascii_isdigit(word[0]);
}

// The keys that lead to a parameter's value.
std::vector<std::string> PathOf(const std::string& name, const v1::SweepSpec& spec) {
  if (spec.parameters().contains(name)) return {name};
  for (size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0; dot = name.rfind('.', dot - 1)) {
    const std::string parent = name.substr(0, dot);
    if (!spec.parameters().contains(parent)) continue;
    std::vector<std::string> path = {parent};
    for (absl::string_view key : absl::StrSplit(name.substr(dot + 1), '.')) path.emplace_back(key);
    return path;
  }
  return {name};
}

// False when something stands there already.
bool Put(Value::Map& map, const std::vector<std::string>& path, Value value) {
  Value::Map* place = &map;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    Value& next = place->try_emplace(path[i], Value::Map()).first->second;
    if (!next.is_map()) return false;
    place = &next.as_map();
  }
  return place->try_emplace(path.back(), std::move(value)).second;
}

}  // namespace

Value ParseScalarWord(absl::string_view word) {
  absl::StatusOr<Value> json = ParseJson(word);
  if (json.ok()) return *std::move(json);
  for (const char* text : {"~", "Null", "NULL"}) {
    if (word == text) return Value();
  }
  for (const char* text : {"True", "TRUE"}) {
    if (word == text) return Value(true);
  }
  for (const char* text : {"False", "FALSE"}) {
    if (word == text) return Value(false);
  }
  int64_t integer = 0;
  double number = 0;
  if (BeginsLikeANumber(word)) {
    if (absl::SimpleAtoi(word, &integer)) return Value(integer);
    if (absl::SimpleAtod(word, &number) && std::isfinite(number)) return Value(number);
  }
  return Value(std::string(word));
}

absl::StatusOr<Value::Map> ParseAssignmentWords(const std::vector<std::string>& words, const v1::SweepSpec& spec) {
  Value::Map assignment;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(absl::StrCat("\"", word, "\" is not NAME=VALUE, for example lr=0.1"));
    }
    const std::string name = word.substr(0, equals);
    if (!Put(assignment, PathOf(name, spec), ParseScalarWord(absl::string_view(word).substr(equals + 1)))) {
      return absl::InvalidArgumentError(absl::StrCat(name, " is given twice"));
    }
  }
  return assignment;
}

}  // namespace sweepd::client
