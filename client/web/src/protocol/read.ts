// SPDX-License-Identifier: Apache-2.0
// Small readers that turn unknown values into typed ones or refuse them. They decide shapes only;
// which fields a message has is said in decode.ts. A refusal is thrown here and caught there, nowhere else.

export class Malformed extends Error {}

export type Reader<T> = (value: unknown, at: string) => T;

export const refuse = (at: string, wanted: string): never => {
  throw new Malformed(`${at}: ${wanted} expected`);
};

export const text: Reader<string> = (value, at) => (typeof value === 'string' ? value : refuse(at, 'text'));

export const flag: Reader<boolean> = (value, at) => (typeof value === 'boolean' ? value : refuse(at, 'true or false'));

export const whole: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse(at, 'a whole number');

/** A number of the field (person, message, publication) under its own type. */
export const numbered =
  <T extends number>(): Reader<T> =>
  (value, at) =>
    whole(value, at) as T;

export const oneOf =
  <const T extends string>(...words: readonly T[]): Reader<T> =>
  (value, at) =>
    words.find((word) => word === value) ?? refuse(at, words.join(' or '));

export const nullOr =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value, at) =>
    value === null || value === undefined ? null : reader(value, at);

export const listOf =
  <T>(reader: Reader<T>): Reader<readonly T[]> =>
  (value, at) =>
    Array.isArray(value) ? value.map((item, i) => reader(item, `${at}[${i}]`)) : refuse(at, 'a list');

type Shape = Readonly<Record<string, Reader<unknown>>>;
type Shaped<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };
type ShapedMaybe<S extends Shape> = { readonly [K in keyof S]?: ReturnType<S[K]> };

const fieldsOf: Reader<Readonly<Record<string, unknown>>> = (value, at) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(at, 'an object');

/** Reads the named fields, ignores all others (PROTOCOL.md, version rule). */
export const object =
  <S extends Shape>(shape: S): Reader<Shaped<S>> =>
  (value, at) => {
    const fields = fieldsOf(value, at);
    const out: Record<string, unknown> = {};
    for (const [name, reader] of Object.entries(shape)) out[name] = reader(fields[name], `${at}.${name}`);
    return out as Shaped<S>;
  };

/** Fields that may be absent: absent ones stay absent. */
export const maybe =
  <S extends Shape>(shape: S): Reader<ShapedMaybe<S>> =>
  (value, at) => {
    const fields = fieldsOf(value, at);
    const out: Record<string, unknown> = {};
    for (const [name, reader] of Object.entries(shape))
      if (fields[name] !== undefined && fields[name] !== null) out[name] = reader(fields[name], `${at}.${name}`);
    return out as ShapedMaybe<S>;
  };

export const both =
  <A, B>(a: Reader<A>, b: Reader<B>): Reader<A & B> =>
  (value, at) => ({ ...a(value, at), ...b(value, at) }) as A & B;
