-- One script for every workload of wrk: wrk … URL -- METHOD BODY PIPELINING [NAME VALUE]…
-- It defines no response(), and request() only for pipelining, so wrk runs no Lua for each request.

function init(args)
  wrk.method = args[1]
  if args[2] ~= '' then wrk.body = args[2] end
  for index = 4, #args, 2 do wrk.headers[args[index]] = args[index + 1] end
  local pipelining = tonumber(args[3])
  if pipelining > 1 then
    local batch = string.rep(wrk.format(), pipelining)
    request = function() return batch end
  end
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    'counted {"requests":%d,"refused":%d,"broken":%d}\n',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
