// A YAML 1.2 or JSON text as a tree that knows where everything stands. Knows nothing of sweeps.
//
// Plain scalars are typed by the core schema (scalar.h), quoted ones are strings. Tags !!str, !!int, !!float, !!bool,
// !!null, !!seq and !!map are obeyed, others refused. Aliases are copies, within a bound; merge keys (<<) are merged,
// keys that stand beside them win.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/value.h"
#include "server/spec/problem.h"

namespace sweepd {

struct DocumentMember;

struct DocumentNode {
  enum class Kind { kScalar, kList, kMap };

  Kind kind = Kind::kScalar;
  Place place;  // of its first character; of the key when the value is left out
  // kScalar:
  Value scalar;           // null, bool, integer, floating point or string
  std::string text;       // as written, without quotes
  bool is_finite = true;  // false: a number that is NaN, infinite or too large; `scalar` is its text then
  // kList:
  std::vector<DocumentNode> items;
  // kMap, in the order of the text; no key twice:
  std::vector<DocumentMember> members;

  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_scalar() const { return kind == Kind::kScalar; }
};

struct DocumentMember {
  std::string key;
  Place key_place;
  DocumentNode value;
};

struct Document {
  // nullopt when the text could not be read to its end. Otherwise there may be problems too, for example a key given
  // twice, of which the tree holds the first.
  std::optional<DocumentNode> root;
  std::vector<Problem> problems;  // without a file name
};

Document ParseDocument(absl::string_view text);

}  // namespace sweepd
