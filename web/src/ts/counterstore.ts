// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What a counter keeps while there is no line: forms that were filled in, each
// sealed with a key that never leaves this browser and goes when the clerk signs
// out (docs/adr/0056).

/** Item is a form that waits, or what became of it. Without sealed it holds nothing about a person. */
export interface Item {
  id: string
  owner: string // the account of the clerk
  at: number
  number: string // provisional
  action: string
  name: string // of the procedure
  state: 'queued' | 'refused' | 'draft' | 'accepted' | 'sent'
  said: string
  to: string
  files?: string[] // ids of those that wait with it
  nonce?: Uint8Array<ArrayBuffer>
  sealed?: ArrayBuffer
}

export const pageCache = 'counter'
export const flag = 'ts-counter' // in localStorage: what to ask before signing out
export const oldest = 7 * 24 * 3600_000 // milliseconds

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('tinhso-counter', 2)
    request.onupgradeneeded = (event) => {
      if (event.oldVersion < 1) {
        request.result.createObjectStore('items', { keyPath: 'id' })
        request.result.createObjectStore('keys')
      }
      request.result.createObjectStore('files', { keyPath: 'id' })
      request.result.createObjectStore('parts')
    }
    request.onsuccess = () => { resolve(request.result) }
    request.onerror = () => { reject(new Error('the browser keeps nothing')) }
  })
}

export async function on<T>(store: 'items' | 'keys' | 'files' | 'parts', mode: IDBTransactionMode, f: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const done = base.transaction(store, mode, { durability: 'strict' })
      const request = f(done.objectStore(store))
      done.oncomplete = () => { resolve(request.result) }
      done.onerror = done.onabort = () => { reject(new Error('the browser keeps nothing')) }
    })
  } finally { base.close() }
}

export async function keyOf(owner: string): Promise<CryptoKey> {
  const kept = await on<unknown>('keys', 'readonly', (s) => s.get(owner))
  if (kept instanceof CryptoKey) return kept
  const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await on('keys', 'readwrite', (s) => s.put(fresh, owner))
  return fresh
}

const bound = (item: { id: string, owner: string }): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${item.owner} ${item.id}`)

/** seal keeps a form; it is on the disk when this returns. */
export async function seal(item: Item, body: string): Promise<void> {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: bound(item) }, await keyOf(item.owner), new TextEncoder().encode(body))
  await save({ ...item, nonce, sealed })
}

/** unseal returns the form as it would have been sent. */
export async function unseal(item: Item): Promise<string> {
  if (!item.sealed || !item.nonce) throw new Error('nothing is kept')
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: item.nonce, additionalData: bound(item) }, await keyOf(item.owner), item.sealed)
  return new TextDecoder().decode(plain)
}

export async function save(item: Item): Promise<void> {
  await on('items', 'readwrite', (s) => s.put(item))
}

/** list returns the items, the oldest first, and drops what is too old. */
export async function list(): Promise<Item[]> {
  const all = await on<Item[]>('items', 'readonly', (s) => s.getAll() as IDBRequest<Item[]>)
  for (const item of all) if (Date.now() - item.at > oldest) await on('items', 'readwrite', (s) => s.delete(item.id))
  return all.filter((item) => Date.now() - item.at <= oldest).sort((a, b) => a.at - b.at)
}

export const waits = (item: Item): boolean => item.sealed !== undefined

/** wipe leaves nothing of a clerk on this computer: forms, files, key, pages. */
export async function wipe(owner: string): Promise<void> {
  for (const file of await on<Array<{ id: string, owner: string }>>('files', 'readonly', (s) => s.getAll() as IDBRequest<Array<{ id: string, owner: string }>>)) {
    if (file.owner !== owner) continue
    await on('parts', 'readwrite', (s) => s.delete(IDBKeyRange.bound([file.id], [file.id, []])))
    await on('files', 'readwrite', (s) => s.delete(file.id))
  }
  for (const item of await list()) if (item.owner === owner) await on('items', 'readwrite', (s) => s.delete(item.id))
  await on('keys', 'readwrite', (s) => s.delete(owner))
  await caches.delete(pageCache)
  localStorage.removeItem(flag)
}

interface Asked { owner: string, text: string }

/** guardSignOut asks before forms that were not sent are erased, and erases them. */
export function guardSignOut(root: Document): void {
  let sure = false
  window.addEventListener('submit', (event) => {
    const form = event.target
    if (sure || !(form instanceof HTMLFormElement) || form.getAttribute('action') !== '/dang-xuat') return
    const asked = JSON.parse(localStorage.getItem(flag) ?? 'null') as Asked | null
    if (asked === null) return
    event.preventDefault()
    event.stopImmediatePropagation()
    void list().then(async (all) => {
      const n = all.filter((item) => item.owner === asked.owner && waits(item)).length
      if (n > 0 && root.defaultView?.confirm(asked.text.replace('{n}', String(n))) !== true) return
      await wipe(asked.owner)
    }).catch(() => undefined).then(() => {
      if (localStorage.getItem(flag) !== null) return
      sure = true
      form.requestSubmit()
    })
  }, { capture: true })
}
