// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/dossiers"
)

// Next is what somebody whose dossier it is has to do.
type Next string

// What there is to do.
const (
	NextWait    Next = "wait"    // nothing yet
	NextAdd     Next = "add"     // bring what was asked for
	NextPay     Next = "pay"     // pay what is owed
	NextAsk     Next = "ask"     // ask the unit: it is late, or was not taken or not finished
	NextFetch   Next = "fetch"   // fetch the result
	NextNothing Next = "nothing" // it is over
)

func nextOf(t Tracking) Next {
	switch t.Status {
	case dossiers.Submitted:
		return NextWait
	case dossiers.Accepted, dossiers.Processing:
		if t.Overdue {
			return NextAsk
		}
		return NextWait
	case dossiers.Supplement:
		return NextAdd
	case dossiers.Paying:
		return NextPay
	case dossiers.Refused, dossiers.Stopped:
		return NextAsk
	case dossiers.Finished:
		return NextFetch
	case dossiers.Withdrawn, dossiers.Delivered:
		return NextNothing
	}
	return NextAsk
}

// say is what is read aloud: whole sentences, without names and papers.
func (c Call) say() i18n.Text {
	where := c.where()
	day := (i18n.Printer{}).LongDate(c.Due.Time)
	dayEN := (i18n.Printer{}).Date(c.Due.Time)
	switch c.Status {
	case dossiers.Submitted:
		return fill("Hồ sơ đã gửi và đang chờ tiếp nhận. Ông/Bà chưa cần làm gì thêm. Nơi tiếp nhận là {where}.",
			"The dossier was sent and waits to be accepted. There is nothing to do yet. It is with {where}.", where)
	case dossiers.Accepted, dossiers.Processing:
		switch n := strconv.Itoa(c.DaysLeft); {
		case c.Due.IsZero():
			return fill("Hồ sơ đang được xử lý và chưa có ngày hẹn trả. Ông/Bà chưa cần làm gì thêm. Cần hỏi thêm, mời Ông/Bà liên hệ {where}.",
				"The dossier is being worked on; no day was promised. There is nothing to do yet. For questions: {where}.", where)
		case c.Overdue:
			return fill("Hồ sơ đang chậm so với ngày hẹn trả "+day+". Ông/Bà không phải làm lại hồ sơ. Để hỏi lý do và ngày hẹn mới, mời Ông/Bà liên hệ {where}.",
				"The dossier is late: it was promised for "+dayEN+". It need not be sent again. For the reason and a new day ask {where}.", where)
		case c.DaysLeft == 0:
			return fill("Hồ sơ đang được xử lý và hẹn trả trong hôm nay. Đến giờ hẹn, mời Ông/Bà mang giấy hẹn đến {where}.",
				"The dossier is being worked on and promised for today. At that hour please bring the receipt to {where}.", where)
		default:
			return fill("Hồ sơ đang được xử lý, còn "+n+" ngày làm việc. Ông/Bà chưa cần làm gì thêm. Hẹn trả "+day+"; khi đến, mời Ông/Bà mang giấy hẹn tới {where}.",
				"The dossier is being worked on, working days left: "+n+". There is nothing to do yet. It is promised for "+dayEN+"; please bring the receipt to {where}.", where)
		}
	case dossiers.Supplement:
		until, untilEN := "", ""
		if !c.AskedUntil.IsZero() {
			until, untilEN = ", hạn cuối "+(i18n.Printer{}).LongDate(c.AskedUntil.Time), ", until "+(i18n.Printer{}).Date(c.AskedUntil.Time)
		}
		return fill("Hồ sơ đang chờ Ông/Bà bổ sung giấy tờ"+until+". Danh sách có trong phiếu yêu cầu bổ sung. Mời Ông/Bà nộp trên trang dịch vụ công hoặc tại {where}.",
			"The dossier waits for further papers"+untilEN+". The request lists them. They are handed in on the site or at {where}.", where)
	case dossiers.Paying:
		return fill("Hồ sơ đang chờ Ông/Bà nộp khoản phải nộp. Thông báo nộp tiền có số tiền và cách nộp; cần hỏi thêm, mời Ông/Bà liên hệ {where}.",
			"The dossier waits for a payment. The notice says how much and how; for questions: {where}.", where)
	case dossiers.Finished:
		return fill("Hồ sơ đã có kết quả. Mời Ông/Bà mang giấy hẹn và giấy tờ tùy thân đến {where} để nhận.",
			"The result is ready. Please bring the receipt and an identity card to {where}.", where)
	case dossiers.Delivered:
		return fill("Kết quả của hồ sơ đã được trả. Ông/Bà không cần làm gì thêm. Cần hỏi thêm, mời Ông/Bà liên hệ {where}.",
			"The result was handed over. There is nothing more to do. For questions: {where}.", where)
	case dossiers.Refused:
		return fill("Hồ sơ chưa được tiếp nhận. Lý do có trong phiếu từ chối. Để được hướng dẫn, mời Ông/Bà liên hệ {where}.",
			"The dossier was not accepted. The slip says why. For help: {where}.", where)
	case dossiers.Withdrawn:
		return fill("Hồ sơ đã được rút theo yêu cầu. Muốn nộp lại, mời Ông/Bà liên hệ {where}.",
			"The dossier was taken back. To send it again: {where}.", where)
	case dossiers.Stopped:
		return fill("Hồ sơ đã dừng xử lý. Để hỏi lý do và việc cần làm, mời Ông/Bà liên hệ {where}.",
			"The work on the dossier has stopped. For the reason and what to do: {where}.", where)
	}
	return fill("Để biết tình trạng hồ sơ, mời Ông/Bà liên hệ {where}.", "To learn where the dossier stands: {where}.", where)
}

// short are the two parts of a message: where it stands, at most 36 letters, and
// what to do, at most 50.
func (c Call) short() (state, next i18n.Text) {
	switch c.Status {
	case dossiers.Submitted:
		state = i18n.Text{VI: "chờ tiếp nhận", EN: "waits to be accepted"}
	case dossiers.Accepted, dossiers.Processing:
		state = i18n.Text{VI: "đang xử lý", EN: "being worked on"}
		switch n := strconv.Itoa(c.DaysLeft); {
		case c.Due.IsZero():
		case c.Overdue:
			state = i18n.Text{VI: "đang chậm hẹn", EN: "late"}
		case c.DaysLeft == 0:
			state = i18n.Text{VI: "đang xử lý, trả trong hôm nay", EN: "due today"}
		default:
			state = i18n.Text{VI: "đang xử lý, còn " + n + " ngày làm việc", EN: "working days left: " + n}
		}
	case dossiers.Supplement:
		state = i18n.Text{VI: "chờ bổ sung", EN: "waits for further papers"}
		if !c.AskedUntil.IsZero() {
			day := (i18n.Printer{}).Date(c.AskedUntil.Time)
			state = i18n.Text{VI: "chờ bổ sung đến " + day, EN: "papers wanted until " + day}
		}
	case dossiers.Paying:
		state = i18n.Text{VI: "chờ nộp tiền", EN: "waits for a payment"}
	case dossiers.Finished:
		state = i18n.Text{VI: "đã có kết quả", EN: "the result is ready"}
	case dossiers.Delivered:
		state = i18n.Text{VI: "đã trả kết quả", EN: "handed over"}
	case dossiers.Refused:
		state = i18n.Text{VI: "chưa được tiếp nhận", EN: "not accepted"}
	case dossiers.Withdrawn:
		state = i18n.Text{VI: "đã rút", EN: "taken back"}
	case dossiers.Stopped:
		state = i18n.Text{VI: "đã dừng xử lý", EN: "stopped"}
	}
	switch c.Next {
	case NextAdd:
		next = i18n.Text{VI: "Mời Ông/Bà nộp tại Một cửa hoặc trên mạng.", EN: "Hand them in at the counter or online."}
	case NextPay:
		next = i18n.Text{VI: "Cách nộp ghi trong thông báo.", EN: "The notice says how."}
	case NextFetch:
		next = i18n.Text{VI: "Mời Ông/Bà mang giấy hẹn đến Một cửa.", EN: "Please bring the receipt to the counter."}
	case NextAsk:
		next = i18n.Text{VI: "Mời Ông/Bà hỏi tại Bộ phận Một cửa.", EN: "Please ask at the counter."}
	case NextWait, NextNothing:
		next = i18n.Text{VI: "Ông/Bà không cần làm gì thêm.", EN: "There is nothing to do."}
	}
	return state, next
}

// where is the place people go to or call, in words that can be read aloud.
func (c Call) where() i18n.Text {
	more, moreEN := "", ""
	if c.Place.Address != "" {
		more, moreEN = ", "+c.Place.Address, ", "+c.Place.Address
	}
	if c.Place.Phone != "" {
		more += ", điện thoại " + c.Place.Phone
		moreEN += ", telephone " + c.Place.Phone
	}
	en, _ := c.Place.Name.In(i18n.EN)
	return i18n.Text{VI: c.Place.Name.VI + more, EN: en + moreEN}
}

func fill(vi, en string, where i18n.Text) i18n.Text {
	return i18n.Text{VI: strings.ReplaceAll(vi, "{where}", where.VI), EN: strings.ReplaceAll(en, "{where}", where.EN)}
}
