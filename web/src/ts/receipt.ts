// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Checks a receipt of the audit log in the browser, so that nobody has to
// believe the server: SHA-256 over the record, up the tree to the root (RFC
// 6962 2.1.1), and the Ed25519 signature of the checkpoint. It shares no code
// with the server, and sends nothing.
interface Shape {
  format: string
  payload: string
  proof: { leaf: number; size: number; path: string[] }
  checkpoint: string
}

type Outcome = 'good' | 'unsigned' | 'shape' | 'signature' | 'not_included' | 'key'

const format = 'tinhso/audit/receipt/1'
const origin = 'tinhso/audit'

type Bytes = Uint8Array<ArrayBuffer>

function encode(text: string): Bytes { return new Uint8Array(new TextEncoder().encode(text)) }

function decode(base64: string): Bytes { return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)) }

function join(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) { all.set(part, at); at += part.length }
  return all
}

async function sha256(data: Bytes): Promise<Bytes> { return new Uint8Array(await crypto.subtle.digest('SHA-256', data)) }

const leafHash = (payload: Bytes): Promise<Bytes> => sha256(join(Uint8Array.of(0), payload))
const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(join(Uint8Array.of(1), left, right))
const equal = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])
const half = (n: number): number => Math.floor(n / 2)

// root climbs from a leaf to the root; null when the way does not fit the size.
async function root(leaf: Bytes, at: number, size: number, path: Bytes[]): Promise<Bytes | null> {
  let hash = leaf
  let last = size - 1
  for (const beside of path) {
    if (last === 0) return null
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(beside, hash)
      while (at % 2 === 0 && at !== 0) { at = half(at); last = half(last) }
    } else {
      hash = await nodeHash(hash, beside)
    }
    at = half(at)
    last = half(last)
  }
  return last === 0 ? hash : null
}

interface Key { name: string; id: Bytes; key: Bytes }

// readKey reads a key as /nhat-ky/khoa.txt has it: name, number, algorithm 1 and 32 bytes.
async function readKey(text: string): Promise<Key | null> {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim())
  if (!match) return null
  const [, name = '', number = '', base64 = ''] = match
  const data = decode(base64)
  const id = (await sha256(join(encode(name + '\n'), data))).slice(0, 4)
  const hex = [...id].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return data.length === 33 && data[0] === 1 && hex === number ? { name, id, key: data.slice(1) } : null
}

interface Note { text: string; size: number; hash: Bytes; signatures: { name: string; id: Bytes; signature: Bytes }[] }

function readNote(note: string): Note | null {
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0) return null
  const text = note.slice(0, cut + 1)
  const lines = text.split('\n')
  const size = Number(lines[1])
  if (lines.length !== 4 || lines[0] !== origin || !/^[1-9][0-9]*$/.test(lines[1] ?? '') || !Number.isSafeInteger(size)) return null
  const signatures = note.slice(cut + 2).split('\n').flatMap((line) => {
    const match = /^— (\S+) (\S+)$/.exec(line)
    const data = match ? decode(match[2] ?? '') : new Uint8Array()
    return data.length === 68 ? [{ name: match?.[1] ?? '', id: data.slice(0, 4), signature: data.slice(4) }] : []
  })
  return { text, size, hash: decode(lines[2] ?? ''), signatures }
}

// signed tells whether the checkpoint is signed with the key; null where the
// browser does not know Ed25519.
async function signed(note: Note, key: Key): Promise<boolean | null> {
  const ours = note.signatures.find((s) => s.name === key.name && equal(s.id, key.id))
  if (!ours) return false
  try {
    const imported = await crypto.subtle.importKey('raw', key.key, { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify({ name: 'Ed25519' }, imported, ours.signature, encode(note.text))
  } catch {
    return null
  }
}

function isShape(value: unknown): value is Shape {
  const v = value as Partial<Shape> | null
  return typeof v === 'object' && v !== null && v.format === format && typeof v.payload === 'string' && typeof v.checkpoint === 'string' &&
    Number.isSafeInteger(v.proof?.leaf) && Number.isSafeInteger(v.proof?.size) && Array.isArray(v.proof?.path) &&
    v.proof.path.length <= 130 && v.proof.path.every((hash) => typeof hash === 'string')
}

async function check(text: string, keyText: string): Promise<{ outcome: Outcome; receipt?: Shape }> {
  try {
    const receipt: unknown = JSON.parse(text)
    if (!isShape(receipt)) return { outcome: 'shape' }
    const key = await readKey(keyText)
    if (!key) return { outcome: 'key' }
    const note = readNote(receipt.checkpoint)
    if (!note) return { outcome: 'signature' }
    const { leaf, size, path } = receipt.proof
    const genuine = await signed(note, key)
    if (genuine === false) return { outcome: 'signature' }
    if (size !== note.size || leaf < 0 || leaf >= size) return { outcome: 'not_included' }
    const top = await root(await leafHash(encode(receipt.payload)), leaf, size, path.map(decode))
    if (!top || !equal(top, note.hash)) return { outcome: 'not_included' }
    return { outcome: genuine ? 'good' : 'unsigned', receipt }
  } catch { // what is no JSON or no base64
    return { outcome: 'shape' }
  }
}

// Receipt lets the form of receipts answer by itself.
export class Receipt {
  private readonly place: HTMLElement | null

  constructor(private readonly root: Element) {
    this.place = root.querySelector<HTMLElement>('[data-ts-result]')
    const button = root.querySelector<HTMLButtonElement>('[data-ts-here]')
    if (!button) return
    button.hidden = false
    button.addEventListener('click', () => { void this.run() })
    const file = root.querySelector<HTMLInputElement>('input[type="file"]')
    file?.addEventListener('change', () => {
      void file.files?.[0]?.text().then((text) => { this.field('receipt').value = text })
    })
  }

  private field(name: string): HTMLInputElement | HTMLTextAreaElement {
    const field = this.root.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[name="${name}"]`)
    if (!field) throw new Error(`no field ${name}`)
    return field
  }

  private text(name: string): string { return this.root.getAttribute(`data-text-${name}`) ?? '' }

  private async run(): Promise<void> {
    const text = this.field('receipt').value
    if (text.trim() === '') { this.say('unsigned', '', 'empty'); return }
    if (!('crypto' in globalThis) || !globalThis.isSecureContext) { this.say('unsigned', '', 'unable'); return }
    const { outcome, receipt } = await check(text, this.field('key').value)
    if (outcome === 'good') this.say('valid', 'title_good', outcome, receipt)
    else if (outcome === 'unsigned') this.say('unconfirmed', 'title_half', outcome, receipt)
    else this.say('invalid', 'title_bad', outcome)
  }

  private say(tone: string, title: string, name: string, receipt?: Shape): void {
    const box = document.createElement('div')
    box.className = `ts-verdict ts-verdict--${tone}`
    if (title) box.append(element('h2', this.text(title), 'ts-verdict__title'))
    box.append(element('p', this.text(name), 'ts-verdict__text'))
    if (receipt) box.append(this.facts(receipt))
    this.place?.replaceChildren(box)
  }

  private facts(receipt: Shape): HTMLElement {
    const record = JSON.parse(receipt.payload) as { Event?: string; Subject?: string; At?: number }
    const language = document.documentElement.lang
    const number = new Intl.NumberFormat(language)
    const names = JSON.parse(this.root.getAttribute('data-events') ?? '{}') as Record<string, string>
    const event = record.Event ?? ''
    const list = document.createElement('dl')
    for (const [name, value] of [
      ['event', names[event] ?? event], ['at', moment(record.At ?? 0, language)], ['subject', record.Subject ?? ''],
      ['leaf', number.format(receipt.proof.leaf + 1)], ['size', number.format(receipt.proof.size)]
    ] as const) list.append(element('dt', this.text(name)), element('dd', value))
    return list
  }
}

// moment writes a time as the pages do: 21/11/2026, 14 giờ 30.
function moment(microseconds: number, language: string): string {
  const form = new Intl.DateTimeFormat('en-GB', {
    day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh'
  })
  const part = Object.fromEntries(form.formatToParts(microseconds / 1000).map(({ type, value }) => [type, value]))
  const time = language === 'vi' ? `${Number(part['hour'])} giờ ${part['minute'] ?? ''}` : `${part['hour'] ?? ''}:${part['minute'] ?? ''}`
  return `${part['day'] ?? ''}/${part['month'] ?? ''}/${part['year'] ?? ''}, ${time}`
}

function element(name: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  if (className) made.className = className
  return made
}
