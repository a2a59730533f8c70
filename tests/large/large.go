// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package large makes files that fit into no memory, for the tests and the
// measurements that send them. It knows nothing of the program.
package large

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

const block = 1 << 20

// PDF returns a PDF of one page that is at least size bytes long, its length,
// and a way to read it, again and again. No two megabytes of it are the same.
func PDF(size int64) (length int64, open func() io.Reader) {
	blocks := (size + block - 1) / block
	var head bytes.Buffer
	var at []int
	add := func(body string) {
		at = append(at, head.Len())
		fmt.Fprintf(&head, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	head.WriteString("%PDF-1.4\n")
	add("<</Type/Catalog/Pages 2 0 R>>")
	add("<</Type/Pages/Kids[3 0 R]/Count 1>>")
	add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>")
	at = append(at, head.Len())
	fmt.Fprintf(&head, "4 0 obj\n<</Length %d>>\nstream\n", blocks*block)
	var tail bytes.Buffer
	tail.WriteString("\nendstream\nendobj\n")
	table := int64(head.Len()) + blocks*block + int64(tail.Len())
	tail.WriteString("xref\n0 5\n0000000000 65535 f \n")
	for _, n := range at {
		fmt.Fprintf(&tail, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&tail, "trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table)
	return int64(head.Len()) + blocks*block + int64(tail.Len()), func() io.Reader {
		return io.MultiReader(bytes.NewReader(head.Bytes()), &noise{left: blocks}, bytes.NewReader(tail.Bytes()))
	}
}

// noise is blocks that look like what a scanner makes.
type noise struct {
	left int64
	buf  []byte
	rest []byte
}

// Read implements io.Reader.
func (n *noise) Read(p []byte) (int, error) {
	if len(n.rest) == 0 {
		if n.left == 0 {
			return 0, io.EOF
		}
		if n.buf == nil {
			n.buf = make([]byte, block)
			x := uint64(88172645463325252) // xorshift: Marsaglia, 2003
			for i := 0; i < block; i += 8 {
				x ^= x << 13
				x ^= x >> 7
				x ^= x << 17
				binary.LittleEndian.PutUint64(n.buf[i:], x|0x8080808080808080) // no word of a PDF
			}
		}
		binary.LittleEndian.PutUint64(n.buf, uint64(n.left)|0x8080808080808080)
		binary.LittleEndian.PutUint64(n.buf[8:], uint64(n.left)*0x9e3779b97f4a7c15|0x8080808080808080)
		n.rest = n.buf
		n.left--
	}
	k := copy(p, n.rest)
	n.rest = n.rest[k:]
	return k, nil
}
