import { routes } from './routes.ts';

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const problems = { description: 'RFC 9457', content: { 'application/problem+json': {} } };
const answers = {
  200: { description: 'done', content: { 'application/json': {} } },
  '4XX': problems,
  '5XX': problems,
};
const text = { type: 'string' };

/** The API's OpenAPI 3.1 document, made from the routes. */
export function openApi(): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const { method, path, summary } of routes) {
    const name = /\*(\w+)$/.exec(path)?.[1];
    const parameters =
      name === undefined
        ? {}
        : { parameters: [{ name, in: 'path', required: true, schema: text }] };
    const requestBody =
      method === 'post' ? { requestBody: { content: { 'application/json': {} } } } : {};
    const key = path.replace(/\*(\w+)$/, '{$1}');
    paths[key] = {
      ...paths[key],
      [method]: { summary, ...parameters, ...requestBody, responses: answers },
    };
  }
  paths['/events'] = { get: eventsOperation };
  paths['/openapi.json'] = { get: { summary: 'This document.', responses: answers } };
  return { openapi: '3.1.0', info: { title: 'Tricade monitor', version: '1' }, paths };
}

const eventsOperation: Operation = {
  summary: 'What happens, as server-sent events; Last-Event-ID goes on after that event.',
  parameters: [{ name: 'Last-Event-ID', in: 'header', schema: text }],
  responses: { 200: { description: 'stream', content: { 'text/event-stream': {} } } },
};
