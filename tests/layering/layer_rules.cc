#include "tests/layering/layer_rules.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <optional>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace sweepd::layering {
namespace {

using Prefixes = std::vector<absl::string_view>;

// A layer is the files whose path starts with `prefix`; the longest prefix decides. It may include headers below its
// prefix and those of the repository whose path starts with one of `may_include`.
struct Layer {
  absl::string_view prefix;
  Prefixes may_include;
};

const std::vector<Layer>& Layers() {
  static const auto& layers = *new std::vector<Layer>{
      {"common/", {}},
      {"server/core/", {"common/"}},
      {"server/spec/", {"common/", "server/core/"}},
      {"server/strategy/", {"common/", "server/core/"}},
      {"server/strategy/gp/", {"common/quantile.h", "common/rng.h"}},
      {"server/stopping/", {"common/", "server/core/"}},
      {"server/store/store.h", {"common/", "server/core/"}},
      {"server/store/backups.h", {}},
      {"server/store/", {"common/", "server/core/"}},
      {"server/audit/", {"common/", "server/core/", "server/store/sqlite/"}},
      {"server/engine/",
       {"common/", "server/core/", "server/strategy/strategy.h", "server/strategy/random_search.h", "server/stopping/",
        "server/store/store.h"}},
      {"server/wire/", {"common/", "server/core/", "server/spec/", "server/engine/", "server/store/store.h"}},
      {"server/net/", {"common/"}},
      {"server/rpc/",
       {"common/", "server/core/", "server/spec/", "server/engine/", "server/net/", "server/store/store.h",
        "server/store/backups.h", "server/wire/"}},
      {"server/commands/", {"common/", "server/core/", "server/audit/", "server/store/sqlite/", "server/flags.h"}},
      {"server/flags", {"common/", "server/core/limits.h"}},
      {"server/lease_key", {"common/"}},
      {"server/main.cc", {"common/", "server/"}},
      {"agent/", {"common/"}},
      {"client/", {"common/"}},
  };
  return layers;
}

// Layers that time, ids and randomness enter by constructor, and that know neither wire nor database.
const Prefixes& PureLayers() {
  static const auto& layers =
      *new Prefixes{"server/core/", "server/strategy/", "server/stopping/", "server/engine/", "server/store/store.h"};
  return layers;
}

// A library that only some files may include.
struct Library {
  absl::string_view name;
  Prefixes headers;  // beginnings of the included path
  Prefixes endings;  // ends of the included path
  Prefixes allowed;  // beginnings of the paths of the files that may
};

const std::vector<Library>& GuardedLibraries() {
  static const Prefixes& wire = *new Prefixes{"common/wire_",  "server/wire/",          "server/rpc/", "server/main.cc",
                                              "agent/main.cc", "agent/grpc_controller", "client/"};
  static const auto& libraries = *new std::vector<Library>{
      {"generated wire types", {"sweepd/v1/", "google/protobuf/"}, {".pb.h"}, wire},
      {"gRPC", {"grpc/", "grpcpp/", "grpc++/"}, {}, wire},
      {"SQLite", {"sqlite3"}, {}, {"server/store/sqlite/"}},
      {"RE2", {"re2/"}, {}, {"common/line_pattern"}},
  };
  return libraries;
}

// All that server/strategy/gp may include from outside the repository, besides the standard library.
const Prefixes& NumericalLibraries() {
  static const auto& libraries = *new Prefixes{"Eigen/", "boost/math/", "boost/random/"};
  return libraries;
}

// Names whose use reads the machine: the wall clock, the environment, a random device.
const Prefixes& MachineNames() {
  static const auto& names =
      *new Prefixes{"absl::Now",     "GetCurrentTimeNanos", "system_clock", "steady_clock",  "high_resolution_clock",
                    "clock_gettime", "gettimeofday",        "getenv",       "random_device", "SystemClock",
                    "RandomIdSource"};
  return names;
}

bool StartsWithAny(absl::string_view text, const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [text](absl::string_view prefix) { return absl::StartsWith(text, prefix); });
}

bool EndsWithAny(absl::string_view text, const Prefixes& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [text](absl::string_view ending) { return absl::EndsWith(text, ending); });
}

const Layer* LayerOf(absl::string_view path) {
  const Layer* found = nullptr;
  for (const Layer& layer : Layers()) {
    if (!absl::StartsWith(path, layer.prefix)) continue;
    if (found == nullptr || layer.prefix.size() > found->prefix.size()) found = &layer;
  }
  return found;
}

struct Include {
  absl::string_view path;
  bool angled = false;
};

std::optional<Include> ParseInclude(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&line, "#")) return std::nullopt;
  line = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&line, "include")) return std::nullopt;
  line = absl::StripLeadingAsciiWhitespace(line);
  if (line.size() < 2 || (line[0] != '"' && line[0] != '<')) return std::nullopt;
  const bool angled = line[0] == '<';
  line.remove_prefix(1);
  const size_t end = line.find(angled ? '>' : '"');
  if (end == absl::string_view::npos) return std::nullopt;
  return Include{line.substr(0, end), angled};
}

bool IsOfRepository(absl::string_view include) {
  return StartsWithAny(include, {"common/", "server/", "agent/", "client/", "tests/", "bench/"});
}

// The standard library's C++ headers have neither a folder nor a suffix.
bool IsStandardHeader(const Include& include) {
  return include.angled && include.path.find_first_of("/.") == absl::string_view::npos;
}

bool IsNameCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether `name` stands in `code` as a whole name.
bool UsesName(absl::string_view code, absl::string_view name) {
  for (size_t at = code.find(name); at != absl::string_view::npos; at = code.find(name, at + 1)) {
    const size_t end = at + name.size();
    if ((at == 0 || !IsNameCharacter(code[at - 1])) && (end == code.size() || !IsNameCharacter(code[end]))) return true;
  }
  return false;
}

std::optional<std::string> BrokenByInclude(absl::string_view path, const Layer& layer, const Include& include) {
  for (const Library& library : GuardedLibraries()) {
    if (!StartsWithAny(include.path, library.headers) && !EndsWithAny(include.path, library.endings)) continue;
    if (StartsWithAny(path, library.allowed)) return std::nullopt;
    return absl::StrCat("includes ", include.path, ", but ", library.name, " may be included only by ",
                        absl::StrJoin(library.allowed, ", "));
  }
  if (IsOfRepository(include.path)) {
    const bool own = absl::StartsWith(include.path, layer.prefix);
    if (own || StartsWithAny(include.path, layer.may_include)) return std::nullopt;
    return absl::StrCat("includes ", include.path, ", but ", layer.prefix, " may include only itself",
                        layer.may_include.empty() ? "" : ", ", absl::StrJoin(layer.may_include, ", "));
  }
  if (layer.prefix == "server/strategy/gp/" && !IsStandardHeader(include) &&
      !StartsWithAny(include.path, NumericalLibraries())) {
    return absl::StrCat("includes ", include.path, ", but the numerics know only the standard library and ",
                        absl::StrJoin(NumericalLibraries(), ", "));
  }
  return std::nullopt;
}

std::optional<std::string> BrokenByCode(absl::string_view path, absl::string_view line) {
  if (!StartsWithAny(path, PureLayers())) return std::nullopt;
  const absl::string_view code = line.substr(0, line.find("//"));
  for (absl::string_view name : MachineNames()) {
    if (UsesName(code, name)) {
      return absl::StrCat("uses ", name, ", but ", LayerOf(path)->prefix,
                          " reads neither clock nor environment nor random device: they come in by constructor");
    }
  }
  return std::nullopt;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::string ToText(const Violation& violation) {
  return absl::StrCat(violation.file, ":", violation.line, ": ", violation.rule);
}

std::vector<Violation> CheckSource(absl::string_view path, absl::string_view text) {
  const Layer* layer = LayerOf(path);
  if (layer == nullptr) {
    return {{std::string(path), 1, "belongs to no layer; add its layer to tests/layering/layer_rules.cc"}};
  }
  std::vector<Violation> violations;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const std::optional<Include> include = ParseInclude(line);
    std::optional<std::string> broken =
        include.has_value() ? BrokenByInclude(path, *layer, *include) : BrokenByCode(path, line);
    if (broken.has_value()) violations.push_back({std::string(path), number, *std::move(broken)});
  }
  return violations;
}

std::vector<std::string> ListSources(const std::filesystem::path& root) {
  std::vector<std::string> sources;
  for (const char* folder : {"common", "server", "agent", "client"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::string suffix = entry.path().extension().string();
      if (!entry.is_regular_file() || (suffix != ".h" && suffix != ".cc")) continue;
      sources.push_back(std::filesystem::relative(entry.path(), root).generic_string());
    }
  }
  std::sort(sources.begin(), sources.end());
  return sources;
}

std::vector<Violation> CheckTree(const std::filesystem::path& root) {
  std::vector<Violation> violations;
  for (const std::string& source : ListSources(root)) {
    for (Violation& violation : CheckSource(source, ReadFile(root / source)))
      violations.push_back(std::move(violation));
  }
  return violations;
}

}  // namespace sweepd::layering
