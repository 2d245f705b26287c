#include "client/paging.h"

#include <algorithm>

#include "common/status_macros.h"

namespace sweepd::client {
namespace {

// The most that the service gives in one page.
constexpr int64_t kPageSize = 1000;

// `fetch` takes the request and gives StatusOr of a response; `items` takes the response and gives its list.
template <class Request, class Fetch, class Items, class Visit>
absl::Status ForEach(Request request, int64_t limit, Fetch fetch, Items items, Visit visit) {
  request.clear_page_token();
  int64_t left = limit;
  while (left > 0) {
    request.set_page_size(static_cast<int32_t>(std::min(left, kPageSize)));
    ASSIGN_OR_RETURN(const auto page, fetch(request));
    for (const auto& item : items(page)) {
      if (left-- <= 0) break;
      visit(item);
    }
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ForEachSweep(SweepClient& client, v1::ListSweepsRequest request, int64_t limit,
                          absl::FunctionRef<void(const v1::Sweep&)> visit) {
  return ForEach(
      std::move(request), limit, [&](const auto& page) { return client.ListSweeps(page); },
      [](const v1::ListSweepsResponse& page) -> const auto& { return page.sweeps(); }, visit);
}

absl::Status ForEachTrial(SweepClient& client, v1::ListTrialsRequest request, int64_t limit,
                          absl::FunctionRef<void(const v1::Trial&)> visit) {
  return ForEach(
      std::move(request), limit, [&](const auto& page) { return client.ListTrials(page); },
      [](const v1::ListTrialsResponse& page) -> const auto& { return page.trials(); }, visit);
}

absl::Status ForEachMetricPoint(SweepClient& client, v1::ListMetricsRequest request, int64_t limit,
                                absl::FunctionRef<void(const v1::MetricPoint&)> visit) {
  return ForEach(
      std::move(request), limit, [&](const auto& page) { return client.ListMetrics(page); },
      [](const v1::ListMetricsResponse& page) -> const auto& { return page.points(); }, visit);
}

}  // namespace sweepd::client
