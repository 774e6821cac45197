/*
 * The request: its method, path, parameters and header fields. Each is also to be had by itself, and a
 * parameter of the path by its own name.
 *
 *   node examples/performance/s24-request.ts
 *   curl -i 'localhost:8000/users/7/posts?limit=5&offset=10'
 *   curl -i localhost:8000/users/7/posts                        # limit 20, offset 0
 *   curl -i localhost:8000/users/7/posts/3
 */
import { RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'

export const app = new RestApplication()
  .get('/users/{userId}/posts', ({ request }) => ({
    userId: request.pathParams.userId,
    limit: request.queryParams.get('limit') ?? '20',
    offset: request.queryParams.get('offset') ?? '0',
    method: request.method,
    path: request.path,
    agent: request.headers.get('user-agent'),
  }))

  .get('/users/{userId}/posts/{postId}', ({ pathParams, userId, postId, queryParams, requestHeaders }) => ({
    same: pathParams.userId === userId && pathParams.postId === postId,
    limit: queryParams.get('limit') ?? '20',
    agent: requestHeaders.get('user-agent'),
  }))

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
