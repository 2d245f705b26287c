#include "server/spec/document_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/core/limits.h"
#include "server/spec/scalar.h"

namespace sweepd {
namespace {

constexpr absl::string_view kStandardTags = "tag:yaml.org,2002:";

// The memory that a copy of a node takes, roughly.
size_t CopiedBytes(const DocumentNode& node) {
  size_t bytes = 16 + node.text.size();
  for (const DocumentNode& item : node.items) bytes += CopiedBytes(item);
  for (const DocumentMember& member : node.members) bytes += member.key.size() + CopiedBytes(member.value);
  return bytes;
}

int Height(const DocumentNode& node) {
  int below = 0;
  for (const DocumentNode& item : node.items) below = std::max(below, Height(item));
  for (const DocumentMember& member : node.members) below = std::max(below, Height(member.value));
  return below + (node.is_scalar() ? 0 : 1);
}

}  // namespace

void DocumentBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (has_document_) {
    Stop(At(mark), "a second document, or text after the end of the first", "a sweep file holds one document");
  }
  has_document_ = true;
}

void DocumentBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (stopped_) return;
  DocumentNode node;
  node.place = At(mark);
  const char next = static_cast<size_t>(mark.pos) < text_.size() ? text_[static_cast<size_t>(mark.pos)] : '\0';
  const bool is_written = next == '~' || next == 'n' || next == 'N';
  if (!is_written && !stack_.empty()) {
    const Frame& frame = stack_.back();
    // The parser gives the place of whatever comes next, maybe lines below.
    if (frame.node.is_map() && frame.has_key) node.place = frame.key_place;
    if (frame.node.is_list() && frame.is_flow) Report(node.place, "an empty item in a list", "write null for no value");
  }
  last_quote_.reset();
  Attach(std::move(node), anchor, /*is_plain=*/true);
}

void DocumentBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (stopped_) return;
  last_quote_.reset();
  const Place place = At(mark);
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) return Stop(place, "an alias inside the value that it stands for");
  const Anchored& target = found->second;
  if (static_cast<int>(stack_.size()) + target.height > kMaxSweepFileDepth) {
    return Stop(place, absl::StrCat("nested more than ", kMaxSweepFileDepth, " levels deep through this alias"));
  }
  if (ChargeCopy(place, target.bytes)) Attach(target.node, 0, /*is_plain=*/false);
}

void DocumentBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                               const std::string& value) {
  if (stopped_) return;
  DocumentNode node;
  node.place = At(mark);
  Resolve(tag, value, node);
  last_quote_.emplace(static_cast<size_t>(mark.pos), node.place);
  Attach(std::move(node), anchor, tag == "?");
}

void DocumentBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                      YAML::EmitterStyle::value style) {
  Enter(mark, tag, anchor, DocumentNode::Kind::kList, style);
}

void DocumentBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                 YAML::EmitterStyle::value style) {
  Enter(mark, tag, anchor, DocumentNode::Kind::kMap, style);
}

Document DocumentBuilder::Take() {
  // The parser takes the end of the file for the end of a quoted scalar.
  if (!stopped_ && last_quote_.has_value() && !IsQuoteClosed(text_, last_quote_->first)) {
    Stop(last_quote_->second, "this quote is never closed");
  }
  if (!stopped_ && !document_.root.has_value()) Stop({1, 1}, "the file is empty");
  if (stopped_) document_.root.reset();
  return std::move(document_);
}

Place DocumentBuilder::At(const YAML::Mark& mark) {
  return places_.At(mark.line + 1, static_cast<size_t>(mark.pos - mark.column), static_cast<size_t>(mark.pos));
}

void DocumentBuilder::Enter(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                            DocumentNode::Kind kind, YAML::EmitterStyle::value style) {
  if (stopped_) return;
  last_quote_.reset();
  const Place place = At(mark);
  if (stack_.size() >= kMaxSweepFileDepth) {
    return Stop(place, absl::StrCat("nested more than ", kMaxSweepFileDepth, " levels deep"));
  }
  const absl::string_view expected = kind == DocumentNode::Kind::kMap ? "map" : "seq";
  if (tag != "?" && tag != "!" && tag != absl::StrCat(kStandardTags, expected)) {
    absl::string_view name = tag;
    const bool is_standard = absl::ConsumePrefix(&name, kStandardTags);
    Report(place, absl::StrCat("the tag ", is_standard ? "!!" : "", name, " is not supported here"), "leave it out");
  }
  Frame frame;
  frame.node.kind = kind;
  frame.node.place = place;
  frame.anchor = anchor;
  frame.is_flow = style == YAML::EmitterStyle::Flow;
  stack_.push_back(std::move(frame));
}

void DocumentBuilder::Leave() {
  if (stopped_) return;
  Frame frame = std::move(stack_.back());
  stack_.pop_back();
  if (!frame.merged.empty()) ApplyMerges(frame);
  Attach(std::move(frame.node), frame.anchor, /*is_plain=*/false);
}

void DocumentBuilder::Attach(DocumentNode node, YAML::anchor_t anchor, bool is_plain) {
  if (anchor != 0 && !Remember(node, anchor)) return;
  if (stack_.empty()) {
    document_.root = std::move(node);
    return;
  }
  Frame& frame = stack_.back();
  if (frame.node.is_list()) {
    frame.node.items.push_back(std::move(node));
  } else if (!frame.has_key) {
    SetKey(frame, node, is_plain);
  } else {
    SetMember(frame, std::move(node));
  }
}

void DocumentBuilder::SetKey(Frame& frame, const DocumentNode& node, bool is_plain) {
  frame.has_key = true;
  frame.key = node.text;
  frame.key_place = node.place;
  frame.key_is_merge = is_plain && node.text == "<<";
  frame.key_is_usable = node.is_scalar() && !node.text.empty();
  if (!frame.key_is_usable) {
    Report(node.place, "a key must be a word, not a list, a map or nothing");
  } else if (const auto [given, is_new] = frame.keys.emplace(node.text, node.place); !is_new && !frame.key_is_merge) {
    frame.key_is_usable = false;
    Report(node.place, "this key is given twice", absl::StrCat("the first is at line ", given->second.line));
  }
}

void DocumentBuilder::SetMember(Frame& frame, DocumentNode node) {
  if (frame.key_is_merge) {
    const bool is_list_of_maps = node.is_list() && std::all_of(node.items.begin(), node.items.end(),
                                                               [](const DocumentNode& item) { return item.is_map(); });
    if (node.is_map()) {
      frame.merged.push_back(std::move(node));
    } else if (is_list_of_maps) {
      std::move(node.items.begin(), node.items.end(), std::back_inserter(frame.merged));
    } else {
      Report(node.place, "<< merges maps into this one, and this is neither a map nor a list of maps");
    }
  } else if (frame.key_is_usable) {
    frame.node.members.push_back({frame.key, frame.key_place, std::move(node)});
  }
  frame.has_key = false;
}

// Earlier maps win over later ones, and the map's own keys over all.
void DocumentBuilder::ApplyMerges(Frame& frame) {
  for (DocumentNode& merged : frame.merged) {
    for (DocumentMember& member : merged.members) {
      if (!frame.keys.emplace(member.key, member.key_place).second) continue;
      frame.node.members.push_back(std::move(member));
    }
  }
}

bool DocumentBuilder::Remember(const DocumentNode& node, YAML::anchor_t anchor) {
  const size_t bytes = CopiedBytes(node);
  if (!ChargeCopy(node.place, bytes)) return false;
  anchors_.insert_or_assign(anchor, Anchored{node, bytes, Height(node)});
  return true;
}

bool DocumentBuilder::ChargeCopy(Place place, size_t bytes) {
  copied_bytes_ += bytes;
  if (copied_bytes_ <= kMaxSweepFileAliasBytes) return true;
  Stop(place, absl::StrCat("anchors and aliases expand to more than ", kMaxSweepFileAliasBytes, " bytes"),
       "write the values out");
  return false;
}

void DocumentBuilder::Resolve(const std::string& tag, const std::string& text, DocumentNode& node) {
  node.text = text;
  node.scalar = text;
  absl::string_view type = tag;
  if (tag == "!" || tag == absl::StrCat(kStandardTags, "str")) return;
  Scalar resolved = ResolveScalar(text);
  node.is_finite = resolved.is_finite;
  node.scalar = std::move(resolved.value);
  if (tag == "?") return;
  const bool is_standard = absl::ConsumePrefix(&type, kStandardTags);
  const bool is_obeyed =
      is_standard &&
      ((type == "int" && node.scalar.is_int()) || (type == "bool" && node.scalar.is_bool()) ||
       (type == "null" && node.scalar.is_null()) || (type == "float" && (node.scalar.is_number() || !node.is_finite)));
  if (!is_obeyed) {
    Report(node.place, absl::StrCat("the tag ", is_standard ? "!!" : "", type, " does not fit \"", text, "\""),
           "leave it out");
  } else if (type == "float" && node.scalar.is_int()) {
    node.scalar = Value(node.scalar.as_double());
  }
}

std::string DocumentBuilder::Path() const {
  std::string path;
  for (const Frame& frame : stack_) {
    if (frame.node.is_list()) {
      absl::StrAppend(&path, "[", frame.node.items.size(), "]");
    } else if (frame.has_key && !frame.key.empty()) {
      absl::StrAppend(&path, path.empty() ? "" : ".", frame.key);
    }
  }
  return path;
}

void DocumentBuilder::Report(Place place, std::string message, std::string hint) {
  document_.problems.push_back(MakeProblem(place, Path(), std::move(message), std::move(hint)));
}

void DocumentBuilder::Stop(Place place, std::string message, std::string hint) {
  stopped_ = true;
  document_.problems.push_back(MakeProblem(place, "", std::move(message), std::move(hint)));
}

}  // namespace sweepd
