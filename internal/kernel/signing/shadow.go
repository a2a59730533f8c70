// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"maps"
	"slices"

	"tinhso.vn/internal/platform/pdfread"
)

// What a document can hold ready before it is signed, to look otherwise later:
// references to objects that come with a later revision, one object in two
// roles, fonts that are exchanged, and scripts.

// awakened reports references of the old revision that pointed nowhere and
// point to something now: the new object shows up although no old one changed.
func (c *comparison) awakened() {
	fresh := map[int]bool{}
	for n, e := range c.now.Entries {
		if was, ok := c.old.Entries[n]; !e.Free && (!ok || was.Free) {
			fresh[n] = true
		}
	}
	if len(fresh) == 0 {
		return
	}
	found := map[int]bool{}
	look := func(r pdfread.Ref) {
		if fresh[r.Num] && c.now.Resolve(r) != nil {
			found[r.Num] = true
		}
	}
	eachRef(c.old.Trailer, look, 0)
	for n, e := range c.old.Entries {
		if !e.Free {
			eachRef(c.old.Resolve(pdfread.Ref{Num: n, Gen: e.Gen}), look, 0)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(found)) {
		c.add(ChangeContent, "", n)
	}
}

const maxNesting = 64

// eachRef calls look for every reference in an object, without following any.
func eachRef(o pdfread.Object, look func(pdfread.Ref), depth int) {
	if depth > maxNesting {
		return
	}
	switch o := o.(type) {
	case pdfread.Ref:
		look(o)
	case pdfread.Array:
		for _, v := range o {
			eachRef(v, look, depth+1)
		}
	case pdfread.Dict:
		for _, v := range o {
			eachRef(v, look, depth+1)
		}
	case *pdfread.Stream:
		eachRef(o.Dict, look, depth+1)
	}
}

// plain reports whether a dictionary holds texts and names alone, as the
// document's information does: such a one is neither a page nor a resource.
func plain(o pdfread.Object) bool {
	d, ok := o.(pdfread.Dict)
	if !ok {
		return false
	}
	for _, v := range d {
		switch v.(type) {
		case pdfread.String, pdfread.Name:
		default:
			return false
		}
	}
	return true
}

// extends reports whether everything in before is in after, unchanged: a signer
// may bring a font, and exchanges none.
func (c *comparison) extends(before, after pdfread.Object, depth int) bool {
	a, b := c.old.Dict(before), c.now.Dict(after)
	if a == nil || b == nil || depth > maxNesting {
		return same(before, after)
	}
	for key, v := range a {
		if !same(v, b[key]) && !c.extends(v, b[key], depth+1) {
			return false
		}
	}
	return true
}

// active lists what can make a document look otherwise without any change:
// scripts, programs to start, forms that are drawn anew.
func active(f *pdfread.File) []string {
	found := map[string]bool{}
	look := func(d pdfread.Dict) {
		for _, name := range []pdfread.Name{"JavaScript", "Launch", "ImportData"} {
			if f.Resolve(d["S"]) == name {
				found[string(name)] = true
			}
		}
		if d["JS"] != nil {
			found["JavaScript"] = true
		}
		if d["XFA"] != nil {
			found["XFA"] = true
		}
	}
	for n, e := range f.Entries {
		if !e.Free {
			eachDict(f.Resolve(pdfread.Ref{Num: n, Gen: e.Gen}), look, 0)
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func eachDict(o pdfread.Object, look func(pdfread.Dict), depth int) {
	if depth > maxNesting {
		return
	}
	switch o := o.(type) {
	case pdfread.Array:
		for _, v := range o {
			eachDict(v, look, depth+1)
		}
	case pdfread.Dict:
		look(o)
		for _, v := range o {
			eachDict(v, look, depth+1)
		}
	case *pdfread.Stream:
		eachDict(o.Dict, look, depth+1)
	}
}
