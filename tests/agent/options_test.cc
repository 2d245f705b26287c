#include "agent/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sweepd::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const char* NoEnvironment(const char*) { return nullptr; }

Options Parse(const std::vector<std::string>& arguments) {
  auto parsed = ParseOptions(arguments, NoEnvironment);
  if (const auto* early = std::get_if<EarlyExit>(&parsed)) ADD_FAILURE() << early->text;
  return std::holds_alternative<Options>(parsed) ? std::get<Options>(parsed) : Options();
}

EarlyExit Refuse(const std::vector<std::string>& arguments) {
  auto parsed = ParseOptions(arguments, NoEnvironment);
  return std::holds_alternative<EarlyExit>(parsed) ? std::get<EarlyExit>(parsed) : EarlyExit{-1, ""};
}

TEST(Options, HaveDefaults) {
  const Options options = Parse({});
  EXPECT_EQ(options.controller, "127.0.0.1:7077");
  EXPECT_EQ(options.session.slots.size(), 1u);
  EXPECT_EQ(options.session.count, std::nullopt);
  EXPECT_FALSE(options.session.stay);
  EXPECT_THAT(options.session.sweeps, IsEmpty());
  EXPECT_THAT(options.session.run.command, IsEmpty());
  EXPECT_EQ(options.session.run.times.kill_delay, absl::Seconds(30));
  EXPECT_EQ(options.session.connect_timeout, absl::Seconds(60));
  EXPECT_EQ(options.session.retention.attempts, 1000);
  EXPECT_FALSE(options.session.retention.remove_outputs);
}

TEST(Options, TakeEveryFlag) {
  const Options options = Parse({"--controller",
                                 "ctl:1",
                                 "--slots=4",
                                 "--count",
                                 "9",
                                 "--wait",
                                 "--name",
                                 "n",
                                 "--work-dir",
                                 "/w",
                                 "--keep-logs",
                                 "7",
                                 "--remove-outputs",
                                 "--kill-delay",
                                 "1.5",
                                 "--stop-soft-time",
                                 "2",
                                 "--connect-timeout",
                                 "0",
                                 "--log-level",
                                 "debug",
                                 "--log-format",
                                 "json",
                                 "aaaaaaaa",
                                 "bbbbbbbb"});
  EXPECT_EQ(options.controller, "ctl:1");
  EXPECT_EQ(options.session.agent.slots, 4);
  EXPECT_EQ(options.session.slots.size(), 4u);
  EXPECT_EQ(options.session.slots[3].index, 3);
  EXPECT_EQ(options.session.count, 9);
  EXPECT_TRUE(options.session.stay);
  EXPECT_EQ(options.session.agent.name, "n");
  EXPECT_EQ(options.session.run.work_root, "/w");
  EXPECT_EQ(options.session.retention.attempts, 7);
  EXPECT_TRUE(options.session.retention.remove_outputs);
  EXPECT_EQ(options.session.run.times.kill_delay, absl::Milliseconds(1500));
  EXPECT_EQ(options.session.run.times.stop_soft_time, absl::Seconds(2));
  EXPECT_EQ(options.session.connect_timeout, absl::InfiniteDuration());
  EXPECT_EQ(options.log_level, LogLevel::kDebug);
  EXPECT_EQ(options.log_format, LogFormat::kJson);
  EXPECT_THAT(options.session.sweeps, ElementsAre("aaaaaaaa", "bbbbbbbb"));
}

TEST(Options, LeaveTheCommandAlone) {
  const Options options =
      Parse({"aaaaaaaa", "--slots", "2", "--", "python", "train.py", "--slots", "7", "--", "${args}"});
  EXPECT_THAT(options.session.sweeps, ElementsAre("aaaaaaaa"));
  EXPECT_EQ(options.session.slots.size(), 2u);
  EXPECT_THAT(options.session.run.command, ElementsAre("python", "train.py", "--slots", "7", "--", "${args}"));
}

TEST(Options, TakeTheControllerFromTheEnvironment) {
  const auto environment = [](const char* name) -> const char* {
    return std::string(name) == "SWEEPD_CONTROLLER" ? "env:5" : nullptr;
  };
  const auto from_environment = ParseOptions({}, environment);
  EXPECT_EQ(std::get<Options>(from_environment).controller, "env:5");
  const auto from_flag = ParseOptions({"--controller=flag:6"}, environment);
  EXPECT_EQ(std::get<Options>(from_flag).controller, "flag:6");
}

TEST(Options, ExitWithTwoForMistakes) {
  struct Mistake {
    std::vector<std::string> arguments;
    const char* complaint;
  };
  for (const Mistake& mistake : {Mistake{{"--slots", "0"}, "--slots"}, Mistake{{"--slots", "many"}, "many"},
                                 Mistake{{"--nonsense"}, "--nonsense"}, Mistake{{"--count", "-1"}, "--count"},
                                 Mistake{{"--log-level", "loud"}, "loud"}, Mistake{{"--"}, "command"}}) {
    const EarlyExit exit = Refuse(mistake.arguments);
    EXPECT_EQ(exit.code, 2);
    EXPECT_THAT(exit.text, HasSubstr(mistake.complaint));
  }
}

TEST(Options, GuessWhatAMisspeltFlagWas) {
  EXPECT_THAT(Refuse({"--slot", "2"}).text, HasSubstr("Did you mean --slots?"));
  EXPECT_THAT(Refuse({"--countroller=x:1"}).text, HasSubstr("Did you mean --controller?"));
}

TEST(Options, ExplainThemselves) {
  EXPECT_EQ(Refuse({"--help"}).code, 0);
  EXPECT_THAT(Refuse({"--help"}).text, HasSubstr("--kill-delay"));
  EXPECT_EQ(Refuse({"--version"}).code, 0);
  EXPECT_THAT(Refuse({"--version"}).text, HasSubstr("sweep-agent "));
}

}  // namespace
}  // namespace sweepd::agent
