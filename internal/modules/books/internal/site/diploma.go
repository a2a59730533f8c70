// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
)

// diploma is a certificate that hangs on a wall: it is for the first of its fields
// that has a value. Nobody's number stands on it.
func (s site) diploma(p page.Page, c core.Certificate, unit unitName) papers.Diploma {
	author := unit(p.Actor.Unit) // an award is proposed by one unit and given by another
	if author == "" {
		author = unit(c.Unit)
	}
	d := papers.Diploma{
		Author: author, Title: p.Text(c.Print.Name), Lead: p.Text(c.Print.Words), Number: p.T("books.certificate.numbered", "number", numbered(c.Certificate)),
		Address: s.svc.Address(certificatePath(c.Definition, c.Code)), Language: string(p.Lang()),
		Foot: []string{p.T("books.certificate.foot", "when", p.DateTime(c.Issued.Time), "register", c.Definition.Title), p.T("books.certificate.check")},
	}
	for _, f := range c.Shown {
		said := value(p, f, c.Record, c.Named, unit)
		if human, ok := c.Record.Values[f.Key].(registers.Human); ok {
			said = human.Name
		}
		switch {
		case said == "":
		case d.Name == "":
			d.Name = said
		case said != d.Name:
			d.Facts = append(d.Facts, papers.Pair{Label: p.Text(f.Label), Value: said})
		}
	}
	return d
}
