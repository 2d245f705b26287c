#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/layering/layer_rules.h"

namespace sweepd::layering {

void PrintTo(const Violation& violation, std::ostream* out) { *out << ToText(violation); }

namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(Layering, HoldsInTheWholeRepository) {
  for (const Violation& violation : CheckTree(SWEEPD_SOURCE_DIR)) ADD_FAILURE() << ToText(violation);
}

TEST(Layering, ReadsTheSourcesOfEveryLayer) {
  const std::vector<std::string> sources = ListSources(SWEEPD_SOURCE_DIR);
  EXPECT_THAT(sources, Contains("server/store/store.h"));
  for (const char* folder : {"common/", "server/core/", "server/strategy/"}) {
    EXPECT_THAT(sources, Contains(AllOf(StartsWith(folder), EndsWith(".cc")))) << folder;
  }
}

TEST(Layering, FindsAViolationPlantedInATree) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "layering_planted";
  std::filesystem::remove_all(root);
  for (const char* folder : {"common", "server/core", "agent", "client"}) {
    std::filesystem::create_directories(root / folder);
  }
  std::ofstream(root / "common" / "clean.h") << "#include <string>\n";
  std::ofstream(root / "server" / "core" / "planted.cc")
      << "#include \"server/core/trial.h\"\n\n#include <sqlite3.h>\n";

  EXPECT_THAT(CheckTree(root),
              ElementsAre(AllOf(Field(&Violation::file, "server/core/planted.cc"), Field(&Violation::line, 3),
                                Field(&Violation::rule, HasSubstr("SQLite")))));
  std::filesystem::remove_all(root);
}

struct Case {
  const char* name;
  const char* path;
  const char* line;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.path << ": " << c.line; }

std::string NameOf(const testing::TestParamInfo<Case>& info) { return info.param.name; }

class BrokenLayering : public testing::TestWithParam<Case> {};

TEST_P(BrokenLayering, IsReportedWithFileAndLine) {
  const std::string text = std::string("#pragma once\n") + GetParam().line + "\n";
  EXPECT_THAT(CheckSource(GetParam().path, text),
              ElementsAre(AllOf(Field(&Violation::file, GetParam().path), Field(&Violation::line, 2))));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, BrokenLayering,
    testing::Values(
        Case{"CoreIncludesGrpc", "server/core/a.cc", "#include <grpcpp/grpcpp.h>"},
        Case{"EngineIncludesWireTypes", "server/engine/a.cc", "#include \"sweepd/v1/trial.pb.h\""},
        Case{"EngineIncludesProtobuf", "server/engine/a.cc", "#include \"google/protobuf/map.h\""},
        Case{"StrategyIncludesSqlite", "server/strategy/a.cc", "#include <sqlite3.h>"},
        Case{"SpecIncludesRe2", "server/spec/a.cc", "#include <re2/re2.h>"},
        Case{"StoppingIncludesTheEngine", "server/stopping/a.cc", "#include \"server/engine/engine.h\""},
        Case{"StoreInterfaceIncludesSqlite", "server/store/store.h", "  #  include \"sqlite3.h\""},
        Case{"StoreInterfaceIncludesABackend", "server/store/store.h", "#include \"server/store/sqlite/statement.h\""},
        Case{"MemoryStoreIncludesSqlite", "server/store/memory/a.cc", "#include <sqlite3.h>"},
        Case{"StoreIncludesTheEngine", "server/store/sqlite/a.cc", "#include \"server/engine/requests.h\""},
        Case{"EngineIncludesABackend", "server/engine/a.cc", "#include \"server/store/memory/memory_store.h\""},
        Case{"EngineIncludesAnHistoryStrategy", "server/engine/a.cc", "#include \"server/strategy/bayes_search.h\""},
        Case{"SpecIncludesTheStore", "server/spec/a.cc", "#include \"server/store/store.h\""},
        Case{"SpecIncludesTheEngine", "server/spec/a.cc", "#include \"server/engine/requests.h\""},
        Case{"SpecIncludesTheWire", "server/spec/a.cc", "#include \"server/wire/sweep_wire.h\""},
        Case{"CoreIncludesTheSpec", "server/core/a.cc", "#include \"server/spec/document.h\""},
        Case{"NumericsIncludeCore", "server/strategy/gp/a.cc", "#include \"server/core/search_space.h\""},
        Case{"NumericsIncludeAbseil", "server/strategy/gp/a.cc", "#include \"absl/strings/str_cat.h\""},
        Case{"NumericsIncludeALog", "server/strategy/gp/a.cc", "#include \"common/log.h\""},
        Case{"WireIncludesTheHandlers", "server/wire/a.cc", "#include \"server/rpc/server.h\""},
        Case{"RpcIncludesABackend", "server/rpc/a.cc", "#include \"server/store/sqlite/sqlite_store.h\""},
        Case{"ServerIncludesTheAgent", "server/rpc/a.cc", "#include \"agent/slot.h\""},
        Case{"AgentIncludesTheServer", "agent/a.cc", "#include \"server/core/trial.h\""},
        Case{"AgentIncludesTheClient", "agent/a.cc", "#include \"client/sweep_client.h\""},
        Case{"AgentIncludesWireTypes", "agent/session.cc", "#include \"sweepd/v1/agent.pb.h\""},
        Case{"ClientIncludesTheServer", "client/a.cc", "#include \"server/core/limits.h\""},
        Case{"CommonIncludesTheServer", "common/a.cc", "#include \"server/core/trial.h\""},
        Case{"CommonIncludesTheAgent", "common/a.cc", "#include \"agent/slot.h\""},
        Case{"CommonIncludesGrpc", "common/retry.cc", "#include <grpcpp/support/status.h>"},
        Case{"ProductionCodeIncludesTests", "server/core/a.cc", "#include \"tests/support/fake_clock.h\""},
        Case{"EngineReadsTheClock", "server/engine/a.cc", "  const auto now = absl::Now();"},
        Case{"CoreReadsTheClock", "server/core/a.cc", "auto t = std::chrono::system_clock::now();"},
        Case{"StrategyReadsTheEnvironment", "server/strategy/a.cc", "if (getenv(\"HOME\") != nullptr) {"},
        Case{"NumericsUseARandomDevice", "server/strategy/gp/a.cc", "std::mt19937 rng{std::random_device{}()};"},
        Case{"EngineNamesTheRealClock", "server/engine/a.cc", "SystemClock clock;"}),
    NameOf);

class KeptLayering : public testing::TestWithParam<Case> {};

TEST_P(KeptLayering, IsNotReported) { EXPECT_THAT(CheckSource(GetParam().path, GetParam().line), IsEmpty()); }

INSTANTIATE_TEST_SUITE_P(
    Rules, KeptLayering,
    testing::Values(
        Case{"EngineIncludesTheStoreInterface", "server/engine/a.cc", "#include \"server/store/store.h\""},
        Case{"StrategyIncludesTheNumerics", "server/strategy/a.cc", "#include \"server/strategy/gp/kernel.h\""},
        Case{"NumericsIncludeEigenAndRng", "server/strategy/gp/a.cc",
             "#include <Eigen/Core>\n#include <boost/random/sobol.hpp>\n#include <cmath>\n#include "
             "\"common/rng.h\"\n#include \"server/strategy/gp/b.h\""},
        Case{"SqliteStoreIncludesSqlite", "server/store/sqlite/a.cc", "#include <sqlite3.h>"},
        Case{"WireFoundationsIncludeWireTypes", "common/wire_value.h", "#include \"sweepd/v1/value.pb.h\""},
        Case{"TheAgentsOneProtoFile", "agent/grpc_controller.cc", "#include \"sweepd/v1/agent_service.grpc.pb.h\""},
        Case{"MainWiresEverything", "server/main.cc",
             "#include \"server/store/sqlite/sqlite_store.h\"\nSystemClock c;"},
        Case{"ACommentMayNameTheClock", "server/engine/a.cc", "// Unlike absl::Now() this never goes back."},
        Case{"ALongerNameIsAnotherName", "server/engine/a.cc", "int getenv_calls = 0; FakeSystemClock clock;"},
        Case{"TheAgentMayReadTheEnvironment", "agent/a.cc", "const char* home = getenv(\"HOME\");"}),
    NameOf);

TEST(Layering, ReportsAFileThatBelongsToNoLayer) {
  EXPECT_THAT(CheckSource("server/queue/a.cc", ""), ElementsAre(Field(&Violation::rule, HasSubstr("no layer"))));
}

TEST(Layering, SaysWhereAndWhat) {
  EXPECT_EQ(ToText({"server/core/a.cc", 7, "includes sqlite3.h"}), "server/core/a.cc:7: includes sqlite3.h");
}

}  // namespace
}  // namespace sweepd::layering
