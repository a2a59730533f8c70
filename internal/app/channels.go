// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/notify/channel"
	"tinhso.vn/internal/platform/config"
)

// smsTimeout is how long a simulator may take to answer.
const smsTimeout = 15 * time.Second

// The doors at which gateways say later what became of messages.
const (
	smsDoor = "/thong-bao/bao-lai/sms"
	znsDoor = "/thong-bao/bao-lai/zns"
)

// newNotifier returns what tells people, with the channels that are configured.
func (p *Program) newNotifier(days func() notify.Works) *notify.Notifier {
	c := p.Config
	n := notify.New(notify.Options{DB: p.DB, Keys: p.Keys, People: p.People, Days: days, Address: c.PublicURL})
	n.Lines = map[notify.ChannelID]notify.Line{} //nolint:exhaustive // what is configured is put in below
	if c.SMS.Enabled {
		o := channel.SMSOptions{URL: c.SMS.URL, Token: c.SMS.Token}
		if c.SMS.Webhook != "" {
			o.Callback = c.PublicURL + smsDoor
		}
		n.Lines[notify.SMS] = notify.Line{Channel: channel.NewSMS(o), Price: int64(c.SMS.Price)}
	}
	if c.ZNS.URL != "" {
		n.Lines[notify.ZNS] = notify.Line{Price: int64(c.ZNS.Price), Channel: channel.NewZNS(channel.ZNSOptions{
			URL: c.ZNS.URL, Token: func(context.Context) (string, error) { return c.ZNS.Token, nil }, Templates: c.ZNS.Template(),
			NoZalo: config.Codes(c.ZNS.NoZalo), Quota: config.Codes(c.ZNS.Quota), Never: config.Codes(c.ZNS.Never),
		})}
	}
	if c.SMTP.Host != "" {
		if sender, err := newMailer(c.SMTP, p.Clock); err == nil { // what is wrong with it is said where checkpoints are published
			o := channel.MailOptions{Sender: sender, Province: p.Province.Name, Choose: c.PublicURL + notify.SettingsPath}
			if p.Province.Demo {
				o.Demo = i18n.Text{VI: "MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", EN: "SIMULATED – OF NO LEGAL VALUE"}
			}
			n.Lines[notify.Mail] = notify.Line{Channel: channel.NewMail(o)}
		}
	}
	if len(c.Push.Services) > 0 {
		n.Lines[notify.Push] = notify.Line{Channel: channel.NewPush(channel.PushOptions{
			Services: c.Push.Services, Contact: c.Push.Contact, Clock: p.Clock, Sender: n.PushSender,
		})}
	}
	return n
}
