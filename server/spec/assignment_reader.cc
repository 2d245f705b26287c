#include "server/spec/assignment_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/spec/field_reader.h"

namespace sweepd {
namespace {

AssignmentDraft::Part PlacesOf(const DocumentMember& member) {
  AssignmentDraft::Part part{member.key, {}, {}};
  part.value.place = member.value.place;
  part.value.key_place = member.key_place;
  for (const DocumentMember& inner : member.value.members) part.members.push_back(PlacesOf(inner));
  return part;
}

}  // namespace

void ReadAssignments(const DocumentMember& member, const std::string& path, ProblemList& found,
                     Field<std::vector<AssignmentDraft>>& field) {
  field.place = member.value.place;
  field.key_place = member.key_place;
  field.is_faulty = !member.value.is_list();
  if (field.is_faulty) {
    found.Report(member.value.place, path,
                 absl::StrCat("must be a list of assignments, but is ", DescribeNode(member.value)),
                 "for example initial: [{lr: 0.01}, {lr: 0.1}]");
    return;
  }
  std::vector<AssignmentDraft> drafts;
  for (size_t i = 0; i < member.value.items.size(); ++i) {
    const DocumentNode& item = member.value.items[i];
    const std::string item_path = absl::StrCat(path, "[", i, "]");
    if (!item.is_map()) {
      found.Report(item.place, item_path,
                   absl::StrCat("must be a map from names to values, but is ", DescribeNode(item)),
                   "for example {lr: 0.01}");
      continue;
    }
    AssignmentDraft draft{item.place, {}};
    for (const DocumentMember& part : item.members) {
      draft.parts.push_back(PlacesOf(part));
      ReadValue(part, absl::StrCat(item_path, ".", part.key), found, draft.parts.back().value);
    }
    drafts.push_back(std::move(draft));
  }
  field.value = std::move(drafts);
}

}  // namespace sweepd
