// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// MapOfPlaces shows a button beside the picture of a map; who presses it loads
// the map that moves. Everything comes from this server.
export class MapOfPlaces {
  constructor(root: Element) {
    const open = root.querySelector<HTMLElement>('[data-ts-open]')
    if (!open) return
    open.hidden = false
    open.querySelector('button')?.addEventListener('click', () => {
      void import('./map-open').then(({ openMap }) => openMap(root)).then(() => { open.remove() }).catch(() => { open.remove() }) // the picture stays
    })
  }
}
