// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ask

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tinhso.vn/internal/modules/moving/internal/core/mapping"
)

// parse reads an answer; numbers stay as they are written.
func parse(body []byte) (said any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&said); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return said, nil
}

// under is what stands at a way of names with dots between them; an empty way is the
// whole.
func under(said any, way string) any {
	if way == "" {
		return said
	}
	for name := range strings.SplitSeq(way, ".") {
		of, ok := said.(map[string]any)
		if !ok {
			return nil
		}
		said = of[name]
	}
	return said
}

// number reads a whole number that was stated.
func number(said any) (int, bool) {
	n, ok := said.(json.Number)
	if !ok {
		return 0, false
	}
	whole, err := n.Int64()
	return int(whole), err == nil
}

// errRow means that a row is no object.
var errRow = errors.New("a row is no object")

// flat makes a line of a row: what lies deeper has names with dots. Names that were not
// met before are added.
func flat(row any, names []string) (line []byte, all []string, err error) {
	of, ok := row.(map[string]any)
	if !ok {
		return nil, names, errRow
	}
	cells := map[string]string{}
	if err := lay(cells, "", of); err != nil {
		return nil, names, err
	}
	said := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) // as columns of files are compared
		if i < 0 {
			i, names = len(names), append(slices.Clip(names), name)
		}
		said[names[i]] = cells[name]
	}
	line, err = json.Marshal(said)
	return line, names, err
}

func lay(cells map[string]string, above string, of map[string]any) error {
	for name, v := range of {
		name = above + name
		switch v := v.(type) {
		case nil:
			cells[name] = ""
		case string:
			cells[name] = v
		case json.Number:
			cells[name] = v.String()
		case map[string]any:
			if err := lay(cells, name+".", v); err != nil {
				return err
			}
		default: // true, false, a list
			text, err := json.Marshal(v)
			if err != nil {
				return err
			}
			cells[name] = string(text)
		}
	}
	return nil
}

// finish makes the table of the lines that were written. A row that came twice, word for
// word, because others moved while pages were turned, stands there once.
func (f *fetching) finish(t mapping.Table, names []string, lines *os.File) (err error) {
	if err := seek(lines, 0); err != nil {
		return err
	}
	path := filepath.Join(f.folder, t.Name+".csv")
	out, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // below the folder of a dump
	if err != nil {
		return err
	}
	w := csv.NewWriter(bufio.NewWriterSize(out, 1<<16))
	if err := write(w, names, lines); err != nil {
		return errors.Join(err, out.Close())
	}
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func write(w *csv.Writer, names []string, lines io.Reader) error {
	if err := w.Write(names); err != nil {
		return err
	}
	seen := map[[sha256.Size]byte]bool{}
	for in := bufio.NewReaderSize(lines, 1<<16); ; {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		sum := sha256.Sum256(line)
		if seen[sum] {
			continue
		}
		seen[sum] = true
		var said map[string]string
		if err := json.Unmarshal(line, &said); err != nil {
			return err
		}
		row := make([]string, len(names))
		for i, name := range names {
			row[i] = said[name]
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
