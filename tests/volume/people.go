// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package volume

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/text"
)

// person is an owner who does not exist.
type person struct {
	id, name, folded, number, phone string
	numberIndex, phoneIndex         string
}

// crowd are those whose dossiers are loaded. Each is written when the first is.
type crowd struct {
	r     *rand.Rand
	keys  *crypt.Keys
	line  line // of a person as the use cases write one
	size  int
	known map[string]*person
	out   *sink
}

// pick returns somebody of a kind: who comes may come again.
func (c *crowd) pick(kind string, at int64) *person {
	key := kind + strconv.Itoa(c.r.IntN(c.size))
	if p := c.known[key]; p != nil {
		return p
	}
	if c.known == nil {
		c.known = map[string]*person{}
	}
	n := len(c.known)
	// 9 as the second figure: a province that nobody has.
	p := &person{id: newID(at/1000-1, 0, c.r), number: fmt.Sprintf("09%010d", n), phone: fmt.Sprintf("0999%06d", n%1_000_000)}
	if kind == "individual" {
		p.name = pick(c.r, "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Phan", "Trương", "Lâm") + " " +
			pick(c.r, "Thị", "Văn", "Thị Mỹ", "Thanh", "Minh", "Hữu", "Ngọc", "Thị Kim", "Quốc", "Hoàng", "Thành", "Thị Bích", "Đức", "Xuân") + " " +
			pick(c.r, "Mai", "An", "Bình", "Châu", "Dũng", "Em", "Giang", "Hà", "Khoa", "Lan", "Nam", "Oanh", "Phúc", "Quân", "Sơn", "Tâm", "Uyên", "Vy", "Yến", "Thảo",
				"Hạnh", "Trang", "Tuấn", "Hùng", "Liên", "Nga", "Đào", "Cúc", "Bảy", "Út")
	} else {
		p.number = fmt.Sprintf("98%08d", n)
		p.name = pick(c.r, "Công ty TNHH", "Hợp tác xã", "Công ty Cổ phần", "Doanh nghiệp tư nhân") + " " +
			pick(c.r, "Phù Sa", "Đồng Lúa", "Bông Súng", "Lá Sen", "Vàm Kênh", "Mùa Nổi", "Cánh Đồng") + " " + strconv.Itoa(n)
	}
	p.folded = text.Fold(p.name)
	p.numberIndex, p.phoneIndex = c.keys.Index("person number", p.number), c.keys.Index("phone", p.phone)
	c.known[key] = p
	row := slices.Clone(c.line.cells)
	for i, column := range c.line.columns {
		switch column {
		case "id":
			row[i] = p.id
		case "kind":
			row[i] = kind
		case "name":
			row[i] = p.name
		case "name_folded":
			row[i] = p.folded
		case "name_key":
			row[i] = text.PersonKey(p.name)
		case "number_sealed":
			row[i] = c.keys.SealText("identity_persons", "number", p.id, p.number)
		case "number_index":
			row[i] = p.numberIndex
		case "phone_sealed":
			row[i] = c.keys.SealText("identity_persons", "phone", p.id, p.phone)
		case "phone_index":
			row[i] = p.phoneIndex
		case "created_at":
			row[i] = at
		default: // nothing is known of it
			row[i] = ""
		}
	}
	c.out.add("identity_persons", c.line.columns, row)
	return p
}

func pick(r *rand.Rand, all ...string) string { return all[r.IntN(len(all))] }

// personTemplate returns a row of an owner, and makes sure that it is written as crowd does.
func personTemplate(ctx context.Context, d *sql.DB, keys *crypt.Keys) (line, error) {
	all, err := readAll(ctx, d, "identity_persons ORDER BY id LIMIT 500")
	if err != nil {
		return line{}, err
	}
	for _, l := range all {
		if l.text("kind") == "individual" && l.text("number_sealed") != "" {
			number, err := keys.OpenText("identity_persons", "number", l.text("id"), l.text("number_sealed"))
			if err == nil && keys.Index("person number", number) != l.text("number_index") {
				err = errors.New("a person is found by something else than the number")
			}
			return l, err
		}
	}
	return line{}, errors.New("there is no person with a number")
}

// newID returns a UUIDv7 of a moment; order is kept of ids of the same moment.
func newID(milli int64, order uint16, r *rand.Rand) string {
	var b [16]byte
	for i := range 6 {
		b[i] = byte(milli >> (8 * (5 - i)))
	}
	low := r.Uint64()
	for i := range 8 {
		b[8+i] = byte(low >> (8 * i))
	}
	b[6], b[7] = 0x70|byte(order>>8), byte(order)
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// milliOf is the moment of an id; orderOf the place among those of the same.
func milliOf(id string) int64 {
	n, _ := strconv.ParseInt(id[:8]+id[9:13], 16, 64)
	return n
}

func orderOf(id string) uint16 {
	n, _ := strconv.ParseUint(id[15:18], 16, 16)
	return uint16(n)
}

// reference is what somebody gets who has sent something.
func reference(r *rand.Rand) string {
	const letters = "23456789ABCDEFGHJKMNPQRTUVWXY"
	b := make([]byte, 0, 14)
	for i := range 12 {
		if i > 0 && i%4 == 0 {
			b = append(b, '-')
		}
		b = append(b, letters[r.IntN(len(letters))])
	}
	return string(b)
}
