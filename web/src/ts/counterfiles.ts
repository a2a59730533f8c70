// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Files of a form of the counter, picked or photographed with a line or without.
// Each lies on the disk in parts, sealed like the form it belongs to; what it is
// called and its hash are in the form. They go to the server part by part before
// the form does, and from where it stopped after the line has broken.
import { keyOf, on, oldest } from './counterstore'

/** Taken is a file as the form knows it. */
export interface Taken { id: string, paper: string, name: string, size: number, sha256: string }

/** Kept is how far a file has come; it says nothing about its content. */
interface Kept { id: string, owner: string, at: number, size: number, upload: string, done: boolean }

interface Sealed { nonce: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }

const part = 1 << 20 // bytes
const uploads = '/tai-len'

/** Wrong is why a file is not kept: large, kind, empty. */
export type Wrong = 'large' | 'kind' | 'empty'

/** wrong looks at a file before it is kept, as the server will. */
export async function wrong(file: File, most: number): Promise<Wrong | null> {
  if (file.size === 0) return 'empty'
  if (file.size > most) return 'large'
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer())
  const starts = (...bytes: number[]): boolean => bytes.every((b, i) => head[i] === b)
  const known = starts(0x25, 0x50, 0x44, 0x46) || starts(0xff, 0xd8, 0xff) || starts(0x89, 0x50, 0x4e, 0x47) || (starts(0x50, 0x4b, 3, 4) && /\.docx$/i.test(file.name))
  return known ? null : 'kind'
}

const hex = (bytes: ArrayBuffer): string => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join('')
const bound = (owner: string, id: string, n: number): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${owner} ${id} ${n}`)

/** keep seals a file; all of it is on the disk when this returns. */
export async function keep(file: File, owner: string, paper: string): Promise<Taken> {
  const content = await file.arrayBuffer()
  const taken = { id: crypto.randomUUID(), paper, name: file.name.normalize('NFC'), size: content.byteLength, sha256: hex(await crypto.subtle.digest('SHA-256', content)) }
  const key = await keyOf(owner)
  await save({ id: taken.id, owner, at: Date.now(), size: taken.size, upload: '', done: false })
  try {
    for (let n = 0; n * part < taken.size; n++) {
      const nonce = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: bound(owner, taken.id, n) }, key, content.slice(n * part, (n + 1) * part))
      await on('parts', 'readwrite', (s) => s.put({ nonce, sealed }, [taken.id, n]))
    }
  } catch (why) {
    await drop([taken]).catch(() => undefined)
    throw why
  }
  return taken
}

async function unseal(owner: string, id: string, n: number): Promise<ArrayBuffer> {
  const one = await on<Sealed | undefined>('parts', 'readonly', (s) => s.get([id, n]) as IDBRequest<Sealed | undefined>)
  if (one === undefined) throw new Refused(id)
  return await crypto.subtle.decrypt({ name: 'AES-GCM', iv: one.nonce, additionalData: bound(owner, id, n) }, await keyOf(owner), one.sealed)
}

const save = async (file: Kept): Promise<void> => { await on('files', 'readwrite', (s) => s.put(file)) }
const get = async (id: string): Promise<Kept | undefined> => await on<Kept | undefined>('files', 'readonly', (s) => s.get(id) as IDBRequest<Kept | undefined>)

/** drop removes files, with all of their parts. */
export async function drop(all: Array<{ id: string }>): Promise<void> {
  for (const { id } of all) {
    await on('parts', 'readwrite', (s) => s.delete(IDBKeyRange.bound([id], [id, []])))
    await on('files', 'readwrite', (s) => s.delete(id))
  }
}

/** sweep drops files that no form waits with any more: a page was closed before its form was kept, or all is too old. */
export async function sweep(waiting: Set<string>): Promise<void> {
  const all = await on<Kept[]>('files', 'readonly', (s) => s.getAll() as IDBRequest<Kept[]>)
  await drop(all.filter((file) => !waiting.has(file.id) && Date.now() - file.at > 3600_000 || Date.now() - file.at > oldest))
}

/** Refused is what the server says of a file that it will not take: trying again does not help. */
export class Refused extends Error {}

/** Ended: there is no session any more. */
export class Ended extends Error {}

// ask sends something about an upload. No line: it throws what fetch throws.
async function ask(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(path, { ...init, redirect: 'manual', cache: 'no-store' })
  if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) throw new Ended()
  return answer
}

async function refusal(answer: Response): Promise<Error> {
  if (answer.status >= 500 || answer.status === 429 || answer.status === 409) return new Error(String(answer.status))
  const told = await answer.json().catch(() => ({})) as { detail?: string, title?: string }
  return new Refused(told.detail ?? told.title ?? String(answer.status))
}

/** forget has a file sent from its beginning: the server does not have it. */
export async function forget(id: string): Promise<void> {
  const kept = await get(id)
  if (kept) await save({ ...kept, upload: '', done: false })
}

/** send brings what is missing of a file to the server and returns the name of the upload. */
export async function send(owner: string, file: Taken, told: (bytes: number) => void): Promise<string> {
  const kept = await get(file.id)
  if (kept === undefined) throw new Refused(file.name)
  if (kept.done) return kept.upload
  let at = 0
  if (kept.upload !== '') {
    const answer = await ask(`${uploads}/${kept.upload}`, { method: 'HEAD' })
    if (answer.ok) at = Number(answer.headers.get('Upload-Offset'))
    else if (answer.status === 410) kept.upload = ''
    else throw await refusal(answer)
  }
  if (kept.upload === '') {
    const answer = await ask(uploads, { method: 'POST', headers: { 'Upload-Length': String(file.size), 'Upload-Name': encodeURIComponent(file.name) } })
    if (!answer.ok) throw await refusal(answer)
    kept.upload = (await answer.json() as { id: string }).id
    await save(kept)
  }
  while (at < file.size) {
    told(at)
    const n = Math.floor(at / part)
    const body = (await unseal(owner, file.id, n)).slice(at - n * part)
    const answer = await ask(`${uploads}/${kept.upload}`, { method: 'PATCH', body, headers: { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(at) } })
    if (!answer.ok) throw await refusal(answer)
    at = Number(answer.headers.get('Upload-Offset'))
  }
  await save({ ...kept, done: true })
  told(at)
  return kept.upload
}

/** FilesField is the place for the files of one paper on the form. */
export class FilesField {
  private chosen: File[] = []
  private looking = Promise.resolve() // at what was picked: who presses at once loses nothing
  private readonly input: HTMLInputElement | null
  private readonly said: HTMLElement | null
  private readonly list: HTMLElement | null

  constructor(private readonly root: HTMLElement) {
    this.input = root.querySelector('input[type="file"]')
    this.said = root.querySelector('[role="alert"]')
    this.list = root.querySelector('[data-ts-counter-files-list]')
    root.hidden = false
    this.input?.addEventListener('change', () => { this.looking = this.looking.then(() => this.take()) })
  }

  get paper(): string { return this.root.getAttribute('data-ts-counter-files') ?? '' }

  async files(): Promise<readonly File[]> {
    await this.looking
    return this.chosen
  }

  // take looks at what was picked: what is wrong is said now, and not kept.
  private async take(): Promise<void> {
    const wrongs: string[] = []
    for (const file of [...(this.input?.files ?? [])]) {
      const why = await wrong(file, Number(this.root.dataset['max']))
      if (why === null) this.chosen.push(file)
      else wrongs.push((this.root.getAttribute(`data-text-${why}`) ?? '').replace('{name}', file.name).replace('{size}', megabytes(file.size)))
    }
    if (this.input) this.input.value = ''
    if (this.said) this.said.textContent = wrongs.join(' ')
    this.root.classList.toggle('ts-form-group--error', wrongs.length > 0)
    this.show()
  }

  private show(): void {
    this.list?.replaceChildren(...this.chosen.map((file, i) => {
      const row = document.createElement('li')
      const remove = document.createElement('button')
      remove.type = 'button'
      remove.className = 'ts-link-button'
      remove.textContent = `${this.root.getAttribute('data-text-remove') ?? ''} ${file.name}`
      remove.addEventListener('click', () => {
        this.chosen.splice(i, 1)
        this.show()
        this.input?.focus()
      })
      row.append(`${file.name} (${megabytes(file.size)}) · `, remove)
      return row
    }))
  }

  /** clear forgets what was picked, when the form has been kept. */
  clear(): void {
    this.chosen = []
    if (this.said) this.said.textContent = ''
    this.root.classList.remove('ts-form-group--error')
    this.show()
  }
}

function megabytes(bytes: number): string {
  const [value, unit] = bytes >= 1_000_000 ? [bytes / 1_000_000, 'MB'] : [bytes / 1000, 'KB']
  return `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(value)} ${unit}`
}
