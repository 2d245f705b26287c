#include "common/command_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const char* Environment(const char* name) {
  if (std::strcmp(name, "HOME") == 0) return "/home/ann";
  if (std::strcmp(name, "EMPTY") == 0) return "";
  return nullptr;
}

absl::StatusOr<std::vector<std::string>> Expand(const std::vector<std::string>& command, const Value::Map& parameters) {
  return ExpandCommand(command, {"/usr/bin/env", "python", "train.py", "/run/params.json", parameters, Environment});
}

const Value::Map& Parameters() {
  static const auto* const parameters =
      new Value::Map{{"a", true}, {"b", false}, {"c", 1}, {"d", Value()}};  // as in the specification
  return *parameters;
}

struct MacroCase {
  std::string name;
  std::vector<std::string> command;
  std::vector<std::string> arguments;
};

class Macro : public testing::TestWithParam<MacroCase> {};

TEST_P(Macro, Expands) {
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> arguments, Expand(GetParam().command, Parameters()));
  EXPECT_THAT(arguments, ElementsAreArray(GetParam().arguments));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Macro,
    testing::Values(
        MacroCase{"env", {"${env}"}, {"/usr/bin/env"}}, MacroCase{"interpreter", {"${interpreter}"}, {"python"}},
        MacroCase{"program", {"${program}"}, {"train.py"}},
        MacroCase{"args", {"${args}"}, {"--a=True", "--b=False", "--c=1", "--d=None"}},
        MacroCase{"args_no_equals", {"${args_no_equals}"}, {"--a", "True", "--b", "False", "--c", "1", "--d", "None"}},
        MacroCase{"args_no_hyphens", {"${args_no_hyphens}"}, {"a=True", "b=False", "c=1", "d=None"}},
        MacroCase{"args_append_hydra", {"${args_append_hydra}"}, {"+a=True", "+b=False", "+c=1", "+d=None"}},
        MacroCase{"args_override_hydra", {"${args_override_hydra}"}, {"++a=True", "++b=False", "++c=1", "++d=None"}},
        MacroCase{"args_no_boolean_flags", {"${args_no_boolean_flags}"}, {"--a", "--c=1", "--d=None"}},
        MacroCase{"args_json", {"${args_json}"}, {R"({"a":true,"b":false,"c":1,"d":null})"}},
        MacroCase{"args_json_inside", {"--p=${args_json}"}, {R"(--p={"a":true,"b":false,"c":1,"d":null})"}},
        MacroCase{"args_json_file", {"@${args_json_file}"}, {"@/run/params.json"}},
        MacroCase{"envvar", {"${envvar:HOME}/data", "${envvar:EMPTY}"}, {"/home/ann/data", ""}},
        MacroCase{"parameter", {"--x=${c}", "${a}", "${b}-${d}"}, {"--x=1", "True", "False-None"}},
        MacroCase{
            "literal_dollars", {"$", "$$", "$c", "cost$", "a$${c}", "{c}"}, {"$", "$$", "$c", "cost$", "a$1", "{c}"}},
        MacroCase{"empty_element", {"", "x"}, {"", "x"}}, MacroCase{"empty_command", {}, {}},
        MacroCase{"default_command",
                  {"${env}", "${interpreter}", "${program}", "${args}"},
                  {"/usr/bin/env", "python", "train.py", "--a=True", "--b=False", "--c=1", "--d=None"}}),
    [](const auto& test) { return test.param.name; });

TEST(ExpandCommand, NeverExpandsAValueAgain) {
  ASSERT_OK_AND_ASSIGN(const auto arguments, Expand({"${x}"}, {{"x", "${env} $HOME"}}));
  EXPECT_THAT(arguments, ElementsAre("${env} $HOME"));
}

TEST(ExpandCommand, LetsAMacroWinOverAParameterOfItsName) {
  ASSERT_OK_AND_ASSIGN(const auto arguments, Expand({"${program}"}, {{"program", "other"}}));
  EXPECT_THAT(arguments, ElementsAre("train.py"));
}

TEST(ExpandCommand, NamesAnEnvironmentVariableThatIsUnset) {
  EXPECT_THAT(Expand({"${envvar:NOWHERE}"}, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("NOWHERE is not set")));
}

TEST(ExpandCommand, RefusesWhatCheckCommandRefuses) {
  EXPECT_THAT(Expand({"python", "${ars}"}, {}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("command[1]")));
}

TEST(CheckCommand, AcceptsEveryMacroAndParameter) {
  EXPECT_THAT(CheckCommand({"${env}", "${interpreter}", "${program}", "${args}", "${args_no_equals}",
                            "${args_no_hyphens}", "${args_append_hydra}", "${args_override_hydra}",
                            "${args_no_boolean_flags}", "x${args_json}", "x${args_json_file}", "${envvar:A}", "${lr}"},
                           {"lr"}),
              IsEmpty());
}

struct MistakeCase {
  std::string element;
  std::string message;
};

TEST(CheckCommand, SaysWhatIsWrongAndWhatWouldBeRight) {
  const MistakeCase cases[] = {
      {"${ags}", "${ags} is neither a macro nor a parameter; did you mean ${args}?"},
      {"${learning_rte}", "did you mean ${learning_rate}?"},
      {"${enviroment:X}", "${enviroment:X} is neither a macro nor a parameter"},
      {"${envar:X}", "did you mean ${envvar:X}?"},
      {"${}", "${} is neither a macro nor a parameter"},
      {"${envvar:}", "needs the name of a variable"},
      {"${envvar}", "needs the name of a variable"},
      {"${HOME}", "did you mean ${envvar:HOME}?"},
      {"${width}", "did you mean ${model.width}?"},
      {"x${args}", "must be an element of its own"},
      {"${args_no_equals} ", "must be an element of its own"},
      {"${args_no_boolean_flags}${c}", "must be an element of its own"},
      {"${", "\"${\" without a closing \"}\""},
      {"a${b", "\"${\" without a closing \"}\""},
  };
  for (const MistakeCase& mistake : cases) {
    const auto problems = CheckCommand({"ok", mistake.element}, {"learning_rate", "c", "model.width"});
    ASSERT_THAT(problems, SizeIs(1)) << mistake.element;
    EXPECT_EQ(problems[0].element, 1u);
    EXPECT_THAT(problems[0].message, HasSubstr(mistake.message));
  }
}

TEST(CheckCommand, ReportsEveryMistake) { EXPECT_THAT(CheckCommand({"${x}${y}", "ok", "${args}${"}, {}), SizeIs(4)); }

TEST(UsesMacro, LooksInsideElements) {
  EXPECT_TRUE(UsesMacro({"a", "x${program}y"}, "program"));
  EXPECT_FALSE(UsesMacro({"program", "$program", "${programs}", "${program"}, "program"));
}

TEST(ArgumentText, WritesValuesAsPythonReadsThem) {
  EXPECT_EQ(ArgumentText(Value(1e-5)), "1e-05");
  EXPECT_EQ(ArgumentText(Value(2.0)), "2.0");
  EXPECT_EQ(ArgumentText(Value(int64_t{-7})), "-7");
  EXPECT_EQ(ArgumentText(Value("a b")), "a b");
  EXPECT_EQ(ArgumentText(Value(Value::List{true, Value(), "x"})), R"([true,null,"x"])");
  EXPECT_EQ(ArgumentText(Value(Value::Map{{"k", 1}})), R"({"k":1})");
}

TEST(ExpandCommand, ReachesIntoMapsByDots) {
  const Value::Map parameters{{"a.b", 1},
                              {"optimizer", Value::Map{{"name", "sgd"}, {"schedule", Value::Map{{"every.n", 5}}}}}};
  const auto arguments =
      Expand({"${a.b}", "--x=${optimizer.name}", "${optimizer.schedule.every.n}", "${optimizer}"}, parameters);
  ASSERT_OK(arguments);
  EXPECT_THAT(*arguments, ElementsAre("1", "--x=sgd", "5", R"({"name":"sgd","schedule":{"every.n":5}})"));
  EXPECT_THAT(Expand({"${optimizer.lr}"}, parameters), StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(*Expand({"${args}"}, {{"p", Value::Map{{"a", 1}, {"b", Value()}}}}),
              ElementsAre(R"(--p={"a":1,"b":null})"));
}

}  // namespace
}  // namespace sweepd
