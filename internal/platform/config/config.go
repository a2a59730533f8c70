// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package config reads how an installation runs: one strict file, and the
// environment for what is secret or differs from machine to machine. It is the
// only reader of the environment. What differs between provinces is a pack.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/yaml"
)

// Config is how an installation runs.
type Config struct {
	Listen    string `yaml:"listen"`
	PublicURL string `yaml:"public_url"` // empty: http://LISTEN
	Data      string `yaml:"data"`       // folder of files, and of the database if it is SQLite
	Database  string `yaml:"database"`   // empty: SQLite at DATA/tinhso.db; else postgres://
	Pack      string `yaml:"pack"`       // name of a built-in pack, or path of a folder; empty: the one applied before
	Keys      string `yaml:"keys"`       // folder of the key ring
	// KeyProvider holds the key that wraps the keys of the ring.
	KeyProvider KeyProvider `yaml:"key_provider"`
	Log         Log         `yaml:"log"`
	Proxies     []string    `yaml:"proxies"` // networks whose X-Forwarded-For is believed
	Offices     []string    `yaml:"offices"` // networks of the province's own offices, where many share an address
	Limits      bool        `yaml:"limits"`  // doors have limits; off only for measurements
	Payments    Payments    `yaml:"payments"`
	SMS         SMS         `yaml:"sms"`
	SMTP        SMTP        `yaml:"smtp"`
	ZNS         ZNS         `yaml:"zns"`
	Push        Push        `yaml:"push"`
	// Checkpoints are places outside this machine to which the heads of the audit
	// log go: files, folders (with a slash at the end), mailto:ADDRESS, https://URL.
	Checkpoints []string `yaml:"checkpoints"`
	// Clamd is the daemon that looks for viruses, HOST:PORT or the path of its
	// socket; empty: none. Where there is one, nothing is received without it.
	Clamd string `yaml:"clamd"`
	Map   Map    `yaml:"map"`
	Quota Quota  `yaml:"quota"`
	Lists Lists  `yaml:"lists"`

	Webhooks Webhooks `yaml:"webhooks"`
	Files    Files    `yaml:"files"`
	// SecurityLog is the log of refused access.
	SecurityLog SecurityLog `yaml:"security_log"`
	// Signing is how people sign whose keys are elsewhere.
	Signing Signing `yaml:"signing"`
	// SignOn is who signs in with us, and with whom we do.
	SignOn         SignOn         `yaml:"sign_on"`
	NationalPortal NationalPortal `yaml:"national_portal"`
	Post           Post           `yaml:"post"`
	Tax            Tax            `yaml:"tax"`
	Satisfaction   Satisfaction   `yaml:"satisfaction"`
	Axis           Axis           `yaml:"axis"`
	OlderSystem    OlderSystem    `yaml:"older_system"`
	// Ministries are agencies in whose systems some dossiers are worked on.
	Ministries []Ministry `yaml:"ministries"`
}

// Map is what the map is drawn from, besides the points that are known. Nothing
// is asked of anybody else.
type Map struct {
	Tiles      string `yaml:"tiles"`      // file of PMTiles; empty: none
	Boundaries string `yaml:"boundaries"` // file of GeoJSON; empty: none
}

// Lists says how lists of revoked certificates come in.
type Lists struct {
	Fetch bool `yaml:"fetch"` // from the addresses of listed authorities, every hour; else only people bring them
	// Private are networks inside the house from which they may be fetched as
	// well, such as 10.1.2.0/24; all other private addresses are refused.
	Private []string `yaml:"private"`
}

// Webhooks says where changes of registers may be sent: to addresses of the open
// network, and to those named here.
type Webhooks struct {
	Private []string `yaml:"private"` // networks inside the house, such as 10.1.2.0/24; all other private addresses are refused
	Roots   string   `yaml:"roots"`   // file of certificates (PEM) of authorities that receivers have besides the known ones
}

// Networks returns the private networks that may be sent to.
func (w Webhooks) Networks() ([]netip.Prefix, error) { return networks(w.Private) }

// KeyProvider says who holds the wrapping key. Key and PIN come from the
// environment alone: a file that names them is refused.
type KeyProvider struct {
	Kind    string `yaml:"kind"`              // file, environment, socket
	Socket  string `yaml:"socket"`            // path of the sidecar of a hardware module
	Label   string `yaml:"label"`             // of its token
	Seconds int    `yaml:"seconds"`           // how long it may take to answer
	Key     string `yaml:"key" secret:"true"` // TINHSO_KEY_PROVIDER_KEY: 32 bytes in base64
	PIN     string `yaml:"pin" secret:"true"` // TINHSO_KEY_PROVIDER_PIN
}

// The variables that hold what wraps the keys.
const (
	VariableKey = prefix + "KEY_PROVIDER_KEY"
	VariablePIN = prefix + "KEY_PROVIDER_PIN"
)

// SecurityLog is how long refused access is remembered.
type SecurityLog struct {
	KeepDays int `yaml:"keep_days"`
}

// Signing is remote signing.
type Signing struct {
	Minutes int     `yaml:"minutes"` // how long people have to approve on their phones
	SmartCA SmartCA `yaml:"smartca"`
	Local   Local   `yaml:"local"`

	TSA        TSA        `yaml:"tsa"`
	Revocation Revocation `yaml:"revocation"`
}

// TSA is the time-stamping authority (RFC 3161); without URL signatures carry
// no time stamp.
type TSA struct {
	URL      string `yaml:"url"`
	User     string `yaml:"user"`
	Password string `yaml:"password" secret:"true"` // belongs in TINHSO_SIGNING_TSA_PASSWORD
	Policy   string `yaml:"policy"`                 // object identifier; empty: the authority's own
	Timeout  int    `yaml:"timeout"`                // seconds
	Required bool   `yaml:"required"`               // where no stamp is to be had, nothing is signed
}

// Revocation is whether authorities are asked if they have withdrawn the
// certificates under a paper, so that it carries the proof.
type Revocation struct {
	Enabled  bool     `yaml:"enabled"`
	Required bool     `yaml:"required"` // where no answer is to be had, nothing is issued
	OCSP     string   `yaml:"ocsp"`     // asked instead of what certificates name
	CRL      string   `yaml:"crl"`
	Inside   []string `yaml:"inside"` // private networks that certificates may name
}

// check reports what is wrong with the addresses and networks.
func (s Signing) check() (err error) {
	for name, address := range map[string]string{"tsa.url": s.TSA.URL, "revocation.ocsp": s.Revocation.OCSP, "revocation.crl": s.Revocation.CRL} {
		if u, e := url.Parse(address); address != "" && (e != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
			err = errors.Join(err, fmt.Errorf("configuration: signing.%s is neither http:// nor https://", name))
		}
	}
	if s.TSA.Timeout < 1 || s.TSA.Timeout > 60 {
		err = errors.Join(err, errors.New("configuration: signing.tsa.timeout is not between 1 and 60"))
	}
	if _, e := s.Revocation.Networks(); e != nil {
		err = errors.Join(err, fmt.Errorf("configuration: signing.revocation.inside: %w", e))
	}
	return err
}

// Networks returns Inside parsed.
func (r Revocation) Networks() ([]netip.Prefix, error) { return networks(r.Inside) }

// SmartCA is a provider of remote signatures; without URL there is none.
type SmartCA struct {
	URL      string   `yaml:"url"` // https://…, without the version
	SPID     string   `yaml:"sp_id"`
	Password string   `yaml:"password" secret:"true"` // belongs in TINHSO_SIGNING_SMARTCA_PASSWORD
	Webhook  string   `yaml:"webhook" secret:"true"`  // token of its notices, in TINHSO_SIGNING_SMARTCA_WEBHOOK; empty: none are taken
	Roots    string   `yaml:"roots"`                  // PEM file of the authorities whose certificates count
	Accounts []string `yaml:"accounts"`               // logins of the officials whose keys are there
}

// Check reports what is wrong with the address: passwords and hashes go there.
func (s SmartCA) Check() error {
	if s.URL == "" {
		return nil
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return errors.New("signing.smartca.url is not https://HOST/PATH")
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && (u.Scheme != "http" || ip == nil || !ip.IsLoopback()) {
		return errors.New("signing.smartca.url is not https, nor on this machine")
	}
	if s.SPID == "" || s.Password == "" {
		return errors.New("signing.smartca: sp_id or password is missing")
	}
	return nil
}

// Bucketed reports whether there is a bucket, for new files or for old ones.
func (f Files) Bucketed() bool { return f.Endpoint != "" }

// Quota is how much is received, in MB; 0 is without limit.
type Quota struct {
	AccountDay int `yaml:"account_day"` // from one account on one day
	Subject    int `yaml:"subject"`     // for one dossier
}

// Log is what the program writes about itself.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // json, text
}

// SMTP is the server that takes our mail.
type SMTP struct {
	Host     string `yaml:"host"` // empty: no mail
	Port     int    `yaml:"port"`
	Security string `yaml:"security"` // starttls, tls; none on this machine only
	User     string `yaml:"user"`
	Password string `yaml:"password" secret:"true"` // belongs in TINHSO_SMTP_PASSWORD
	From     string `yaml:"from"`
	// Bounces is the folder (Maildir) into which the server puts mail that comes
	// back; empty: nobody looks.
	Bounces string `yaml:"bounces"`
}

// Default returns what holds where nothing is said.
func Default() Config {
	return Config{
		Listen: "127.0.0.1:8080", Data: "data", Limits: true,
		Log: Log{Level: "info", Format: "json"}, Quota: Quota{AccountDay: 8192, Subject: 4096},
		KeyProvider: KeyProvider{Kind: "file", Label: "tinhso", Seconds: 5}, SecurityLog: SecurityLog{KeepDays: 365},
		Satisfaction: Satisfaction{PublishFewest: fewest},
		SMTP:         SMTP{Port: 587, Security: "starttls"},
		Signing:      Signing{Minutes: 5, Local: Local{Address: "ws://127.0.0.1:8987"}, TSA: TSA{Timeout: 10, Required: true}, Revocation: Revocation{Required: true}},
		// What VNeID calls its claims and levels is not published (recalled, not verified): they are said here.
		SignOn: SignOn{Role: "citizen", VNeID: Provider{ID: "vneid", Name: "VNeID", NameEN: "VNeID", Scopes: []string{"openid"}, Levels: []string{"2"}, MinLevel: 2, Number: "personal_number", FullName: "name", Level: "acr"}},
		Files:  Files{Store: "folder", PathStyle: true, Largest: 20, Previews: true},
	}
}

// Environment is where variables come from: os.Environ, or a test's own.
type Environment []string

// System returns the environment of the process.
func System() Environment { return os.Environ() }

// Load reads the file ("" for none) and the environment, which wins: TINHSO_LISTEN
// for listen, TINHSO_LOG_LEVEL for log.level. An unknown key or variable, a wrong
// type or a value that makes no sense is an error; all are reported at once.
func Load(path string, env Environment) (Config, error) {
	c := Default()
	if path != "" {
		raw, err := os.ReadFile(path) //nolint:gosec // the operator named it on the command line
		if err != nil {
			return c, fmt.Errorf("read configuration: %w", err)
		}
		if err := yaml.Strict(raw, &c); err != nil {
			return c, fmt.Errorf("read configuration %s: %w", path, err)
		}
		if c.KeyProvider.Key != "" || c.KeyProvider.PIN != "" {
			return c, fmt.Errorf("read configuration %s: key_provider.key and key_provider.pin may not stand in a file: give them as %s and %s, and change them, for others could read them", path, VariableKey, VariablePIN)
		}
	}
	if err := c.environment(env); err != nil {
		return c, err
	}
	c.derive()
	return c, c.Check()
}

const prefix = "TINHSO_"

func (c *Config) environment(env Environment) (err error) {
	targets := map[string]reflect.Value{}
	collect(reflect.ValueOf(c).Elem(), prefix, targets)
	for _, line := range env {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, prefix+"TEST_") || name == prefix+"BINARY" {
			continue
		}
		to, known := targets[name]
		if !known {
			err = errors.Join(err, fmt.Errorf("the environment variable %s is not known", name))
			continue
		}
		switch to.Kind() { //nolint:exhaustive // the kinds of Config's fields
		case reflect.String:
			to.SetString(value)
		case reflect.Bool:
			b, wrong := strconv.ParseBool(value)
			if wrong != nil {
				err = errors.Join(err, fmt.Errorf("the environment variable %s is neither true nor false", name))
			}
			to.SetBool(b)
		case reflect.Int:
			n, wrong := strconv.Atoi(value)
			if wrong != nil {
				err = errors.Join(err, fmt.Errorf("the environment variable %s is no whole number", name))
			}
			to.SetInt(int64(n))
		case reflect.Slice:
			to.Set(reflect.ValueOf(strings.Fields(strings.ReplaceAll(value, ",", " "))))
		}
	}
	return err
}

// collect finds the variable of each field by its key in the file.
func collect(v reflect.Value, prefix string, into map[string]reflect.Value) {
	for i := range v.NumField() {
		name := prefix + strings.ToUpper(v.Type().Field(i).Tag.Get("yaml"))
		if v.Field(i).Kind() == reflect.Struct {
			collect(v.Field(i), name+"_", into)
			continue
		}
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Type().Elem().Kind() != reflect.String {
			continue // a list of more than words stands in the file
		}
		into[name] = v.Field(i)
	}
}

func (c *Config) derive() {
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Listen
	}
	if c.Keys == "" {
		c.Keys = filepath.Join(c.Data, "keys")
	}
	if c.Database == "" {
		c.Database = filepath.Join(c.Data, "tinhso.db")
	}
}

// Check reports everything wrong at once. It never repeats a secret.
func (c Config) Check() (err error) {
	wrong := func(format string, args ...any) {
		err = errors.Join(err, fmt.Errorf("configuration: "+format, args...))
	}
	if _, _, e := net.SplitHostPort(c.Listen); e != nil {
		wrong("listen %q is not HOST:PORT", c.Listen)
	}
	if u, e := url.Parse(c.PublicURL); e != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.TrimSuffix(u.Path, "/") != "" {
		wrong("public_url %q is not https://HOST", c.PublicURL)
	}
	if c.Data == "" {
		wrong("data is missing")
	}
	if _, e := c.level(); e != nil {
		wrong("log.level %q is none of debug, info, warn, error", c.Log.Level)
	}
	if c.Log.Format != "json" && c.Log.Format != "text" {
		wrong("log.format %q is neither json nor text", c.Log.Format)
	}
	if _, e := c.Networks(); e != nil {
		wrong("proxies: %w", e)
	}
	if _, e := c.OwnOffices(); e != nil {
		wrong("offices: %w", e)
	}
	if _, e := c.Lists.Networks(); e != nil {
		wrong("lists.private: %w", e)
	}
	if _, e := c.Webhooks.Networks(); e != nil {
		wrong("webhooks.private: %w", e)
	}
	for _, path := range c.Checkpoints {
		if to, ok := strings.CutPrefix(path, "mailto:"); ok {
			if _, e := mail.ParseAddress(to); e != nil {
				wrong("checkpoints: %q is no address of mail", path)
			} else if c.SMTP.Host == "" {
				wrong("checkpoints: %q needs smtp.host", path)
			}
		} else if u, e := url.Parse(path); e == nil && u.Scheme != "" {
			if u.Scheme != "https" || u.Host == "" {
				wrong("checkpoints: %q is not https://HOST/PATH", path)
			}
		} else if !filepath.IsAbs(path) {
			wrong("checkpoints: %q is not an absolute path", path)
		} else if in, e := filepath.Rel(c.Data, path); e == nil && filepath.IsAbs(c.Data) && filepath.IsLocal(in) {
			wrong("checkpoints: %q lies in data: who can rewrite the log could rewrite it too", path)
		}
	}
	if _, _, e := net.SplitHostPort(c.Clamd); e != nil && c.Clamd != "" && !filepath.IsAbs(c.Clamd) {
		wrong("clamd %q is neither HOST:PORT nor the path of a socket", c.Clamd)
	}
	for key, file := range map[string]string{"tiles": c.Map.Tiles, "boundaries": c.Map.Boundaries} {
		if file != "" && !filepath.IsAbs(file) {
			wrong("map.%s: %q is not an absolute path", key, file)
		}
	}
	if most := 1 << 30; c.Quota.AccountDay < 0 || c.Quota.AccountDay > most || c.Quota.Subject < 0 || c.Quota.Subject > most {
		wrong("quota: a number of MB is not below 0, nor above %d", most)
	}
	switch c.KeyProvider.Kind {
	case "file":
	case "environment":
		if c.KeyProvider.Key == "" {
			wrong("key_provider is environment, and %s is missing", VariableKey)
		}
	case "socket":
		if !filepath.IsAbs(c.KeyProvider.Socket) {
			wrong("key_provider.socket %q is not the absolute path of a socket", c.KeyProvider.Socket)
		}
		if c.KeyProvider.PIN == "" {
			wrong("key_provider is socket, and %s is missing", VariablePIN)
		}
		if c.KeyProvider.Seconds < 1 || c.KeyProvider.Seconds > 60 {
			wrong("key_provider.seconds is between 1 and 60")
		}
	default:
		wrong("key_provider.kind %q is none of file, environment, socket", c.KeyProvider.Kind)
	}
	if c.SecurityLog.KeepDays < 90 { // domain facts F.3: level 3 keeps its logs three months at least
		wrong("security_log.keep_days is not below 90")
	}
	if c.Signing.Minutes < 1 || c.Signing.Minutes > 60 {
		wrong("signing.minutes is not between 1 and 60")
	}
	if e := c.Signing.SmartCA.Check(); e != nil {
		wrong("%w", e)
	}
	err = errors.Join(err, c.Signing.check(), c.Signing.Local.check())
	c.Files.check(wrong)
	c.SignOn.check(wrong)
	c.checkNotices(wrong)
	c.checkPayments(wrong)
	c.NationalPortal.check(wrong)
	c.Post.check(wrong)
	c.Tax.check(wrong)
	c.Satisfaction.check(wrong)
	c.Axis.check(wrong)
	c.OlderSystem.check(wrong)
	checkMinistries(c.Ministries, wrong)
	return err
}

// Level returns how much is logged.
func (c Config) Level() slog.Level { l, _ := c.level(); return l }

func (c Config) level() (l slog.Level, err error) {
	err = l.UnmarshalText([]byte(c.Log.Level))
	return l, err
}

// OwnOffices returns Offices parsed.
func (c Config) OwnOffices() ([]netip.Prefix, error) { return networks(c.Offices) }

// Networks returns Proxies parsed.
func (c Config) Networks() ([]netip.Prefix, error) { return networks(c.Proxies) }

// Networks returns Private parsed.
func (l Lists) Networks() ([]netip.Prefix, error) { return networks(l.Private) }

func networks(texts []string) (nets []netip.Prefix, err error) {
	for _, p := range texts {
		n, err := netip.ParsePrefix(p)
		if err != nil {
			return nil, fmt.Errorf("%q is not a network such as 10.0.0.0/8", p)
		}
		nets = append(nets, n)
	}
	return nets, nil
}

// Secure reports whether people come by https.
func (c Config) Secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// PrepareData makes the data folder, readable by its owner only.
func (c Config) PrepareData() error {
	for _, dir := range []string{c.Data, c.Keys} {
		if err := os.MkdirAll(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("make the folder %s: %w", dir, err)
		}
	}
	return nil
}
