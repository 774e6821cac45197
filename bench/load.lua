-- One script for every workload of wrk: wrk … URL -- METHOD BODY [NAME VALUE]…
-- It defines no request() and no response(), so wrk sends fixed bytes and runs no Lua while it measures.

function init(args)
  wrk.method = args[1]
  if args[2] ~= '' then wrk.body = args[2] end
  for index = 3, #args, 2 do wrk.headers[args[index]] = args[index + 1] end
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    'counted {"requests":%d,"refused":%d,"broken":%d}\n',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
