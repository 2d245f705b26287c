// Builds a Document from the events of the YAML parser. Part of document.cc, which alone includes it.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/spec/document.h"
#include "server/spec/source_text.h"

namespace sweepd {

// After a problem that makes the rest meaningless (too deep, too many copies) it ignores every further event.
class DocumentBuilder : public YAML::EventHandler {
 public:
  // `text` is what the parser reads; it must outlive the builder.
  explicit DocumentBuilder(absl::string_view text) : text_(text), places_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { Leave(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { Leave(); }

  bool stopped() const { return stopped_; }

  // After the last event: the tree and the problems.
  Document Take();

  // After the parser gave up: the problems up to there.
  std::vector<Problem> TakeProblems() { return std::move(document_.problems); }

 private:
  // A list or map whose end has not come yet.
  struct Frame {
    DocumentNode node;
    YAML::anchor_t anchor = 0;
    bool is_flow = false;
    bool has_key = false;  // a map's key is read and waits for its value
    bool key_is_usable = true;
    bool key_is_merge = false;
    std::string key;
    Place key_place;
    std::map<std::string, Place> keys;  // already given
    std::vector<DocumentNode> merged;   // maps under <<
  };
  // A finished node with an anchor.
  struct Anchored {
    DocumentNode node;
    size_t bytes;
    int height;
  };

  Place At(const YAML::Mark& mark);
  void Enter(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, DocumentNode::Kind kind,
             YAML::EmitterStyle::value style);
  void Leave();
  void Attach(DocumentNode node, YAML::anchor_t anchor, bool is_plain);
  void SetKey(Frame& frame, const DocumentNode& node, bool is_plain);
  void SetMember(Frame& frame, DocumentNode node);
  void ApplyMerges(Frame& frame);
  bool Remember(const DocumentNode& node, YAML::anchor_t anchor);
  bool ChargeCopy(Place place, size_t bytes);
  void Resolve(const std::string& tag, const std::string& text, DocumentNode& node);
  std::string Path() const;
  void Report(Place place, std::string message, std::string hint = "");
  void Stop(Place place, std::string message, std::string hint = "");

  absl::string_view text_;
  PlaceFinder places_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  size_t copied_bytes_ = 0;
  bool stopped_ = false;
  bool has_document_ = false;
  std::optional<std::pair<size_t, Place>> last_quote_;  // offset and place of the newest scalar when it is quoted
  Document document_;
};

}  // namespace sweepd
