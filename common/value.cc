#include "common/value.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace sweepd {
namespace {

// Longest nesting that ParseJson accepts; deeper input is an attack or a mistake.
constexpr int kMaxDepth = 64;

void AppendString(absl::string_view text, std::string& out) {
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          absl::StrAppendFormat(&out, "\\u%04x", c);
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// Writes a value; `indent` < 0 means on one line.
class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void Write(const Value& value, int depth) {
    if (value.is_null()) {
      out_ += "null";
    } else if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else if (value.is_int()) {
      absl::StrAppend(&out_, value.as_int());
    } else if (value.is_double()) {
      out_ += FormatDouble(value.as_double());
    } else if (value.is_string()) {
      AppendString(value.as_string(), out_);
    } else if (value.is_list()) {
      WriteSequence('[', ']', value.as_list(), depth, [&](const Value& item) { Write(item, depth + 1); });
    } else {
      Write(value.as_map(), depth);
    }
  }

  void Write(const Value::Map& map, int depth) {
    WriteSequence('{', '}', map, depth, [&](const auto& member) {
      AppendString(member.first, out_);
      out_ += pretty_ ? ": " : ":";
      Write(member.second, depth + 1);
    });
  }

  std::string Take() { return std::move(out_); }

 private:
  template <class Sequence, class WriteItem>
  void WriteSequence(char open, char close, const Sequence& items, int depth, WriteItem write_item) {
    out_ += open;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      NewLine(depth + 1);
      write_item(item);
    }
    if (!items.empty()) NewLine(depth);
    out_ += close;
  }

  void NewLine(int depth) {
    if (pretty_) absl::StrAppend(&out_, "\n", std::string(2 * static_cast<size_t>(depth), ' '));
  }

  bool pretty_;
  std::string out_;
};

absl::StatusOr<Value> FromNlohmann(const nlohmann::json& json, int depth) {
  if (depth > kMaxDepth) return absl::InvalidArgumentError("JSON is nested more than 64 levels deep");
  switch (json.type()) {
    case nlohmann::json::value_t::null: return Value();
    case nlohmann::json::value_t::boolean: return Value(json.get<bool>());
    case nlohmann::json::value_t::number_integer: return Value(json.get<int64_t>());
    case nlohmann::json::value_t::number_unsigned: {
      const auto number = json.get<uint64_t>();
      if (std::in_range<int64_t>(number)) return Value(static_cast<int64_t>(number));
      return Value(static_cast<double>(number));
    }
    case nlohmann::json::value_t::number_float: return Value(json.get<double>());
    case nlohmann::json::value_t::string: return Value(json.get_ref<const std::string&>());
    case nlohmann::json::value_t::array: {
      Value::List list;
      for (const auto& item : json) {
        absl::StatusOr<Value> value = FromNlohmann(item, depth + 1);
        if (!value.ok()) return value;
        list.push_back(*std::move(value));
      }
      return Value(std::move(list));
    }
    case nlohmann::json::value_t::object: {
      Value::Map map;
      for (const auto& [key, item] : json.items()) {
        absl::StatusOr<Value> value = FromNlohmann(item, depth + 1);
        if (!value.ok()) return value;
        map.emplace(key, *std::move(value));
      }
      return Value(std::move(map));
    }
    default: return absl::InvalidArgumentError("not a JSON value");
  }
}

}  // namespace

std::string FormatDouble(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), number);
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string ToJson(const Value& value) {
  Writer writer(/*pretty=*/false);
  writer.Write(value, 0);
  return writer.Take();
}

std::string ToJson(const Value::Map& map) {
  Writer writer(/*pretty=*/false);
  writer.Write(map, 0);
  return writer.Take();
}

std::string ToPrettyJson(const Value& value) {
  Writer writer(/*pretty=*/true);
  writer.Write(value, 0);
  return writer.Take();
}

absl::StatusOr<Value> ParseJson(absl::string_view text) {
  try {
    return FromNlohmann(nlohmann::json::parse(text.begin(), text.end()), 0);
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("not valid JSON: ", error.what()));
  }
}

}  // namespace sweepd
