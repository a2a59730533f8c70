// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

import { LngLatBounds, Map as GLMap, Marker, NavigationControl, addProtocol, setWorkerUrl } from 'maplibre-gl'
import type { LayerSpecification, SourceSpecification } from 'maplibre-gl'
import { PMTiles, Protocol } from 'pmtiles'

interface Place { lat: number, lon: number, title: string, anchor?: string }
interface Drawn { points: Place[], labels: Place[], boundaries?: string, tiles?: string }

// layersOf draws the layers that a file of vector tiles has under the names that
// are usual; text is written by our own labels.
function layersOf(names: string[]): LayerSpecification[] {
  const all: LayerSpecification[] = []
  for (const name of names) {
    if (/water|ocean|sea/.test(name)) all.push({ id: name, type: 'fill', source: 'tiles', 'source-layer': name, paint: { 'fill-color': '#dcebf5' } })
    else if (/earth|land/.test(name)) all.unshift({ id: name, type: 'fill', source: 'tiles', 'source-layer': name, paint: { 'fill-color': '#f4f2ea' } })
    else if (/road|transport|boundar/.test(name)) all.push({ id: name, type: 'line', source: 'tiles', 'source-layer': name, paint: { 'line-color': '#b1a99a' } })
  }
  return all
}

export async function openMap(root: Element): Promise<void> {
  const answer = await fetch(root.getAttribute('data-source') ?? '')
  if (!answer.ok) throw new Error(String(answer.status))
  const drawn = await answer.json() as Drawn
  setWorkerUrl(new URL(root.getAttribute('data-worker') ?? '', location.href).href)

  const sources: Record<string, SourceSpecification> = {}
  const layers: LayerSpecification[] = [{ id: 'sea', type: 'background', paint: { 'background-color': '#eef1f3' } }]
  if (drawn.tiles) {
    const protocol = new Protocol()
    addProtocol('pmtiles', protocol.tile)
    const file = new PMTiles(new URL(drawn.tiles, location.href).href)
    protocol.add(file)
    const about = await file.getMetadata() as { vector_layers?: Array<{ id: string }> }
    sources['tiles'] = { type: 'vector', url: 'pmtiles://' + file.source.getKey() }
    layers.push(...layersOf((about.vector_layers ?? []).map((l) => l.id)))
  }
  if (drawn.boundaries) {
    sources['boundaries'] = { type: 'geojson', data: new URL(drawn.boundaries, location.href).href }
    layers.push({ id: 'areas', type: 'fill', source: 'boundaries', paint: { 'fill-color': '#e9ecdf', 'fill-opacity': drawn.tiles ? 0.3 : 1 } })
    layers.push({ id: 'edges', type: 'line', source: 'boundaries', paint: { 'line-color': '#6c7a66' } })
  }

  const box = document.createElement('div')
  box.className = 'ts-map__canvas'
  box.setAttribute('role', 'region')
  box.setAttribute('aria-label', root.getAttribute('data-label') ?? '')
  const picture = root.querySelector<HTMLElement>('[data-ts-picture]')
  picture?.before(box)
  if (picture) picture.hidden = true
  const bounds = new LngLatBounds()
  for (const p of drawn.points) bounds.extend([p.lon, p.lat])
  const map = new GLMap({
    container: box, style: { version: 8, sources, layers }, bounds, fitBoundsOptions: { padding: 40 }, attributionControl: false, maxZoom: 16, minZoom: 3, renderWorldCopies: false
  })
  map.addControl(new NavigationControl({ showCompass: false }))
  for (const p of drawn.points) {
    const pin = document.createElement('a')
    pin.className = 'ts-map__pin'
    pin.href = '#' + (p.anchor ?? '')
    pin.title = p.title
    pin.setAttribute('aria-label', p.title)
    pin.tabIndex = -1 // the table below has the same places for the keyboard
    new Marker({ element: pin }).setLngLat([p.lon, p.lat]).addTo(map)
  }
  for (const l of drawn.labels) {
    const name = document.createElement('span')
    name.className = 'ts-map__name'
    name.textContent = l.title
    new Marker({ element: name }).setLngLat([l.lon, l.lat]).addTo(map)
  }
  const country = picture?.querySelector('.ts-map__country')
  if (country) box.append(country) // the country with its sea and its names stays in sight, wherever the map goes
  map.getCanvas().focus()
}
