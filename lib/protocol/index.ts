/** The protocol: frames, the message table, bodies. What a client or a tool of its own needs. */
export { IxionError, errorNameOf, errorTable } from '../errors.js';
export type { ErrorName } from '../errors.js';
export {
  changeKeyValues,
  emptyKeyValues,
  keysOfKeyValues,
  packKeyValues,
  scanAttachedData,
  unpackKeyValues,
} from '../interaction/attached-data.js';
export type { KeyValue, KeyValues, PackedChanges } from '../interaction/attached-data.js';
export { answers } from './answers.js';
export type { Attribute, AttributeKind } from './attribute.js';
export { decodeAnswer, decodeBody } from './body.js';
export type { Attributes } from './body.js';
export { encodeBody, Packed } from './encode.js';
export type { Body } from './encode.js';
export { frameHeaderBytes, FrameFlag, FrameOffset, protocolVersion } from './frame-layout.js';
export { FrameWriter } from './frame-writer.js';
export { FrameSplitter, readHeader, routeKeyOf } from './frame.js';
export type { FrameError, FrameHeader, FrameReceiver } from './frame.js';
export { RouteKind } from './message.js';
export type { MessageDefinition } from './message.js';
export { answerByNumber, messageByName, requestByNumber } from './registry.js';
export type { AnswerName, AttributesOf, EventName, MessageName, RequestName } from './registry.js';
export { writeAck, writeError } from './replies.js';
export type { Asker, ErrorReply } from './replies.js';
export { requests } from './requests.js';
