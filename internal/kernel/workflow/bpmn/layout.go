// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import "slices"

// Sizes of what Layout draws, in points.
const (
	taskWide, taskHigh = 130, 70
	roundSize          = 36
	gateSize           = 44
	columnWide         = 190
	rowHigh            = 110
	margin             = 30
)

// Layout draws a process in layers from left to right: each node one column
// behind the last that leads to it, what goes back under the rest. Subprocesses
// are drawn as one box.
func (m *Model) Layout() Diagram {
	nodes := m.inside("")
	layer := m.layers(nodes)
	rows := map[int][]Node{}
	for _, n := range nodes {
		if n.Kind != Boundary {
			rows[layer[n.ID]] = append(rows[layer[n.ID]], n)
		}
	}
	row, most := map[string]float64{}, 0
	for x := range len(nodes) {
		m.order(rows[x], row)
		most = max(most, len(rows[x]))
	}
	d := Diagram{Shapes: map[string]Rect{}, Edges: map[string][]Point{}}
	for x := range len(nodes) {
		for i, n := range rows[x] {
			w, h := size(n)
			middle := margin + (float64(i)+float64(most-len(rows[x]))/2+0.5)*rowHigh
			d.Shapes[n.ID] = Rect{margin + float64(x)*columnWide + (taskWide-w)/2, middle - h/2, w, h}
		}
	}
	for _, n := range nodes {
		if host, ok := d.Shapes[n.Attached]; ok && n.Kind == Boundary {
			at := float64(slices.IndexFunc(m.On(n.Attached), func(o Node) bool { return o.ID == n.ID }))
			d.Shapes[n.ID] = Rect{host.X + 8 + at*(roundSize+6), host.Y + host.H - roundSize/2, roundSize, roundSize}
		}
	}
	bottom := margin + float64(most)*rowHigh
	back := 0.0
	for _, f := range m.Flows {
		a, ok1 := d.Shapes[f.From]
		b, ok2 := d.Shapes[f.To]
		if !ok1 || !ok2 {
			continue
		}
		if layer[f.To] <= layer[m.ground(f.From)] { // goes back: down, along under everything, and up
			back += 12
			low := bottom + back
			d.Edges[f.ID] = []Point{{a.X + a.W/2, a.Y + a.H}, {a.X + a.W/2, low}, {b.X + b.W/2 - back/2, low}, {b.X + b.W/2 - back/2, b.Y + b.H}}
			continue
		}
		from := Point{a.X + a.W, a.Y + a.H/2}
		if n, _ := m.Node(f.From); n.Kind == Boundary {
			from = Point{a.X + a.W/2, a.Y + a.H}
			to := Point{b.X, b.Y + b.H/2}
			d.Edges[f.ID] = []Point{from, {from.X, to.Y}, to}
			continue
		}
		to := Point{b.X, b.Y + b.H/2}
		if from.Y == to.Y {
			d.Edges[f.ID] = []Point{from, to}
			continue
		}
		turn := to.X - 18
		d.Edges[f.ID] = []Point{from, {turn, from.Y}, {turn, to.Y}, to}
	}
	return d
}

// ground is the node itself, or what a boundary event sits on.
func (m *Model) ground(id string) string {
	if n, _ := m.Node(id); n.Kind == Boundary {
		return n.Attached
	}
	return id
}

func size(n Node) (w, h float64) {
	switch n.Kind {
	case User, Service, Receive, Send, Sub:
		return taskWide, taskHigh
	case Exclusive, Parallel, EventBased:
		return gateSize, gateSize
	case Start, End, Catch, Throw, Boundary:
	}
	return roundSize, roundSize
}

// layers gives each node its column. Arrows that close a circle are left out:
// those that lead to a node on the way by which they were reached.
func (m *Model) layers(nodes []Node) map[string]int {
	layer, state := map[string]int{}, map[string]int{} // 1: on the way, 2: done
	var order []string
	back := map[string]bool{}
	var walk func(id string)
	next := func(id string) (all []Flow) {
		all = m.Out(id)
		for _, b := range m.On(id) {
			all = append(all, m.Out(b.ID)...)
		}
		return all
	}
	walk = func(id string) {
		state[id] = 1
		for _, f := range next(id) {
			switch state[f.To] {
			case 0:
				walk(f.To)
			case 1:
				back[f.ID] = true
			}
		}
		state[id] = 2
		order = append(order, id)
	}
	for _, n := range nodes {
		if state[n.ID] == 0 && (n.Kind == Start || n.Undoes) {
			walk(n.ID)
		}
	}
	for _, n := range nodes {
		if state[n.ID] == 0 && n.Kind != Boundary {
			walk(n.ID)
		}
	}
	for _, id := range slices.Backward(order) {
		for _, f := range next(id) {
			if !back[f.ID] {
				layer[f.To] = max(layer[f.To], layer[id]+1)
			}
		}
	}
	return layer
}

// order puts the nodes of a column beside those that lead to them.
func (m *Model) order(column []Node, row map[string]float64) {
	weight := func(n Node) float64 {
		sum, count := 0.0, 0.0
		for _, f := range m.In(n.ID) {
			if r, ok := row[m.ground(f.From)]; ok {
				sum, count = sum+r, count+1
			}
		}
		if count == 0 {
			return 1e6
		}
		return sum / count
	}
	slices.SortStableFunc(column, func(a, b Node) int {
		switch d := weight(a) - weight(b); {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
	for i, n := range column {
		row[n.ID] = float64(i) - float64(len(column))/2
	}
}
