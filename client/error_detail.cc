#include "client/error_detail.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace sweepd::client {
namespace {

constexpr absl::string_view kPayload = "sweepd.v1.ErrorDetail";

}  // namespace

absl::Status WithDetail(absl::Status status, const v1::ErrorDetail& detail) {
  status.SetPayload(kPayload, absl::Cord(detail.SerializeAsString()));
  return status;
}

v1::ErrorDetail DetailOf(const absl::Status& status) {
  v1::ErrorDetail detail;
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) detail.Clear();
  return detail;
}

}  // namespace sweepd::client
