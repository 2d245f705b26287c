#include "common/wire_value.h"

#include <limits>

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

TEST(WireValue, EveryKindComesBackAsItWas) {
  for (const char* text : {"null", "true", "7", "-9223372036854775808", "1.0", "1e-05", "\"\"", "\"\\u00e4\"", "[]",
                           "[1,[2.5,null]]", "{}", "{\"a\":{\"b\":[true]}}"}) {
    const Value value = *ParseJson(text);
    const absl::StatusOr<Value> back = ValueFromWire(ValueToWire(value));
    ASSERT_OK(back);
    EXPECT_EQ(*back, value) << text;
  }
}

TEST(WireValue, RefusesWhatIsNoValue) {
  v1::Value infinite;
  infinite.set_double_value(std::numeric_limits<double>::infinity());
  EXPECT_THAT(ValueFromWire(v1::Value()), StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ValueFromWire(infinite), StatusIsCode(absl::StatusCode::kInvalidArgument));
  v1::Value deep;
  v1::Value* inner = &deep;
  for (int i = 0; i < 70; ++i) inner = inner->mutable_list_value()->add_values();
  inner->set_int_value(1);
  EXPECT_THAT(ValueFromWire(deep), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace sweepd
