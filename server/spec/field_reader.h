// Typed fields of a document, each with its place; a wrong type is reported and leaves the field faulty.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/value.h"
#include "server/spec/document.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// How a node reads in a message: `the number 5`, `the text "abc"`, `a list`.
std::string DescribeNode(const DocumentNode& node);

void ReadText(const DocumentMember& member, const std::string& path, ProblemList& found, Field<std::string>& field);
// One of a few words, kept as written whatever its type looks like, for the check of the words says more about it.
void ReadWord(const DocumentMember& member, const std::string& path, ProblemList& found, Field<std::string>& field);
void ReadInteger(const DocumentMember& member, const std::string& path, ProblemList& found, Field<int64_t>& field);
void ReadDouble(const DocumentMember& member, const std::string& path, ProblemList& found, Field<double>& field);
void ReadBool(const DocumentMember& member, const std::string& path, ProblemList& found, Field<bool>& field);

// A duration with its units: 45s, 90m, 1h30m.
void ReadDuration(const DocumentMember& member, const std::string& path, ProblemList& found,
                  Field<absl::Duration>& field);

// A finite number, with its kind kept.
void ReadNumber(const DocumentMember& member, const std::string& path, ProblemList& found, Field<Value>& field);

// Anything, with finite numbers.
void ReadValue(const DocumentMember& member, const std::string& path, ProblemList& found, Field<Value>& field);

// A list of anything, and the place of each item.
void ReadValues(const DocumentMember& member, const std::string& path, ProblemList& found,
                Field<std::vector<Value>>& field, std::vector<Place>& places);

// A list of finite numbers, and the place of each item.
void ReadNumbers(const DocumentMember& member, const std::string& path, ProblemList& found,
                 Field<std::vector<double>>& field, std::vector<Place>& places);

// A list of texts, and the place of each item. A number is taken as it is written.
void ReadTexts(const DocumentMember& member, const std::string& path, ProblemList& found,
               Field<std::vector<std::string>>& field, std::vector<Place>& places);

// A table row's reader for one field: kRead is one of the functions above.
template <auto kField, auto kRead, class Target>
void Into(const DocumentMember& member, const std::string& path, ProblemList& found, Target& target) {
  kRead(member, path, found, target.*kField);
}

// Reports a value that is not a map.
void ReportNoMap(const DocumentNode& node, const std::string& path, absl::string_view example, ProblemList& found);

// Opens a field that is a map; null after a report.
template <class T>
const DocumentNode* OpenMap(const DocumentMember& member, const std::string& path, absl::string_view example,
                            ProblemList& found, Field<T>& field) {
  field.place = member.value.place;
  field.key_place = member.key_place;
  field.is_faulty = !member.value.is_map();
  if (member.value.is_map()) return &member.value;
  ReportNoMap(member.value, path, example, found);
  return nullptr;
}

// One key that a map may hold, and what reads it into `Target`.
template <class Target>
struct Key {
  absl::string_view name;
  void (*read)(const DocumentMember& member, const std::string& path, ProblemList& found, Target& target);
};

// A key that is known and refused.
struct RefusedKey {
  absl::string_view name;
  absl::string_view message;
  absl::string_view hint;
};

inline constexpr absl::string_view kRemoveIt = "remove it";

// Some table must be given to ReadMembers; this row matches no key.
inline constexpr RefusedKey kNothingRefused[] = {{"", "", ""}};

// Reports a key that is in neither table. Returns the name of the key it probably stands for, so that its content can
// be checked as well; empty when there is none.
std::string ReportUnknownKey(const DocumentNode& map, const DocumentMember& member, const std::string& path,
                             const std::vector<std::string>& names, ProblemList& found);

// Reads every member of `map` by the table. Returns whether every key was in the table `keys`.
template <class Target, size_t kKeys, size_t kRefused>
bool ReadMembers(const DocumentNode& map, const std::string& path, const Key<Target> (&keys)[kKeys],
                 const RefusedKey (&refused)[kRefused], ProblemList& found, Target& target) {
  std::vector<std::string> names;
  for (const Key<Target>& key : keys) names.emplace_back(key.name);
  for (const RefusedKey& key : refused) names.emplace_back(key.name);
  bool all_known = true;
  for (const DocumentMember& member : map.members) {
    const std::string member_path = path.empty() ? member.key : path + "." + member.key;
    std::string name = member.key;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      all_known = false;
      name = ReportUnknownKey(map, member, member_path, names, found);
    }
    for (const Key<Target>& key : keys) {
      if (key.name == name) key.read(member, member_path, found, target);
    }
    for (const RefusedKey& key : refused) {
      if (key.name != member.key) continue;
      all_known = false;
      found.Report(member.key_place, member_path, std::string(key.message), std::string(key.hint));
    }
  }
  return all_known;
}

}  // namespace sweepd
