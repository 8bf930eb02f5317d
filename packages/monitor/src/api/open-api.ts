import { routes } from './routes.ts';

/** The API's OpenAPI 3.1 document, made from the routes. */
export function openApi(): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, summary } of routes) {
    const parameter = /\*(\w+)$/.exec(path)?.[1];
    const key = path.replace(/\*(\w+)$/, '{$1}');
    const parameters =
      parameter === undefined
        ? []
        : [{ name: parameter, in: 'path', required: true, schema: { type: 'string' } }];
    const problems = { description: 'RFC 9457', content: { 'application/problem+json': {} } };
    paths[key] = {
      ...paths[key],
      [method]: {
        summary,
        parameters,
        responses: {
          200: { description: 'done', content: { 'application/json': {} } },
          '4XX': problems,
          '5XX': problems,
        },
      },
    };
  }
  paths['/events'] = {
    get: {
      summary: 'What happens, as server-sent events.',
      responses: { 200: { description: 'stream', content: { 'text/event-stream': {} } } },
    },
  };
  return { openapi: '3.1.0', info: { title: 'Tricade monitor', version: '1' }, paths };
}
