import { type MethodName, methods, type OpenRpcDocument, RPC_ERRORS, type RpcErrorName } from '@ios/client/methods';
import { z } from 'zod';
import { VERSION } from '../version.ts';

/** What one error means, in a sentence. */
export const ERROR_MESSAGES: Readonly<Record<RpcErrorName, string>> = {
  parse: 'The body is not JSON.',
  request: 'The body, or an element of a batch, is no request of JSON-RPC 2.0.',
  method: 'There is no such method.',
  params: 'The parameters do not fit the method; data.issues says where and why.',
  internal: 'The node failed; its log says why.',
  halted: 'The node has stopped taking part, so it takes no transactions.',
  batch: 'The batch has more requests than the server takes.',
  body: 'The body has more bytes than the server takes (HTTP 413).',
  rate: 'The client sends more requests than the server takes (HTTP 429).',
  answer: 'What the batch was answered so far is as much as one answer holds: ask for the rest in another.',
  transport: 'Subscriptions need a WebSocket.',
  subscriptions: 'The connection holds as many subscriptions as the server allows.',
  forbidden: 'The request names a host, or comes from an origin, that the server was not told to serve (HTTP 403).',
  missing: 'There is nothing under that path, or nothing yet (HTTP 404).',
};

type Schema = Readonly<Record<string, unknown>>;

/** An object schema, or several of which one holds. */
interface Parameters {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Parameters[];
}

/** The method table as an OpenRPC 1.3 document (https://spec.open-rpc.org). */
export const openRpcDocument: OpenRpcDocument = {
  openrpc: '1.3.2',
  info: { title: 'Internet of Services node', version: VERSION },
  methods: (Object.keys(methods) as MethodName[]).map(describeMethod),
};

function describeMethod(name: MethodName): { readonly name: string } {
  const { summary, fields, params, result, errors } = methods[name];
  const shape = schemaOf(params, 'input') as Parameters;
  return {
    name,
    summary,
    paramStructure: 'either',
    params: Object.entries(fields).map(([field, description]) => describeField(shape, field, description)),
    result: { name: 'result', schema: schemaOf(result, 'output') },
    errors: errors.map((error) => ({ code: RPC_ERRORS[error], message: ERROR_MESSAGES[error] })),
  } as { readonly name: string };
}

/** One parameter: of several shapes it is what any of them has, and required where all of them require it. */
function describeField(shape: Parameters, name: string, description: string): Schema {
  const variants = shape.oneOf ?? [shape];
  const schemas = variants.map(({ properties }) => properties?.[name]).filter((schema) => schema !== undefined);
  return {
    name,
    description,
    required: variants.every(({ required }) => required?.includes(name)),
    schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas },
  };
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): Schema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-7' });
  return rest;
}
