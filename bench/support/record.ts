/**
 * The records of the benches: an e-mail as a media server hands it in. Its body on the wire
 * has about 1,024 bytes: identity, media type, type, subtype, and attached data of 14
 * strings and 6 numbers.
 */
import type { Submission } from '../../lib/client/types.js';

/** Names of so many queues, as the configuration of the bench's server has them. */
export const queueNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `bench.queue-${index + 1}`);

const text =
  'I ordered two of them last week and one came with a broken lid, please tell me how to send it ' +
  'back and whether the other colour, the dark blue one of your catalogue, is in stock, because the shop in our town has it no more. ' +
  'The parcel is still closed but for the lid, the bill lies inside. I am at home in the mornings, most days ' +
  'and after six, best by telephone, or leave it with the neighbours on the ground floor.';

/** Makes record number `index`. */
export type RecordMaker = (index: number, queue: string) => Submission;

const contactOf = (index: number): string => `00${(index * 7_919) % 100_003}`;

/**
 * Record number `index`, made anew each time, as a client that gets real mail has to. Name by name:
 * V8 keeps objects that are made by a spread from its young collector.
 */
export function makeRecord(index: number, queue: string): Submission {
  const contact = contactOf(index);
  return {
    queue,
    mediaType: 'email',
    interactionType: 'Inbound',
    interactionSubtype: 'InboundNew',
    externalId: externalIdOf(index, contact),
    userData: {
      ContactId: `contact-${contact}`,
      FirstName: 'Margarete',
      LastName: 'Wintermantel',
      EmailAddress: `margarete.${contact}@example.com`,
      Subject: `Broken lid of order ${index}`,
      Mailbox: 'service@shop.example.com',
      FromPersonal: 'Margarete Wintermantel',
      ThreadId: `thread-${index}-${contact}`,
      Language: 'English',
      ServiceType: 'Returns',
      CustomerSegment: 'Gold',
      AccountNumber: `DE-${index}-${contact}`,
      OrderNumber: `2026-${index}`,
      Text: text,
      Attempt: 1,
      CaseNumber: index,
      AccountAgeDays: index % 4_000,
      BalanceCents: (index * 31) % 1_000_000,
      Score: (index % 997) / 1_000,
      CallbackAt: 1_780_000_000_000 + index,
    },
  };
}

const externalIdOf = (index: number, contact: string): string =>
  `<${index}.${contact}@mail.example.com>`;

/** Bytes that the few short keys of a record of another size take. */
const shortKeysBytes = 95;
const longestText = 4_000;
const longText = text.repeat(Math.ceil((2 * longestText) / text.length));

/** Records whose attached data have about so many bytes; undefined: `makeRecord`. */
export function recordMaker(dataBytes: number | undefined): RecordMaker {
  if (dataBytes === undefined) return makeRecord;
  return (index, queue) => {
    const contact = contactOf(index);
    const userData: Record<string, string | number> = {
      ContactId: `contact-${contact}`,
      Subject: `Broken lid of order ${index}`,
      CaseNumber: index,
    };
    let rest = dataBytes - shortKeysBytes;
    for (let part = 1; rest > 0; part += 1) {
      const start = (index + part * 131) % longestText;
      const length = Math.min(rest, longestText);
      userData[`Text${part}`] = longText.slice(start, start + length);
      rest -= length + 10;
    }
    const externalId = externalIdOf(index, contact);
    return {
      queue,
      mediaType: 'email',
      interactionType: 'Inbound',
      interactionSubtype: 'InboundNew',
      externalId,
      userData,
    };
  };
}
