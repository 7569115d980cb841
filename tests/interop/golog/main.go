// golog opens what utfall published with Go's own checksum database code (golang.org/x/mod/sumdb):
// the signed checkpoint, every entry's inclusion, consistency with an older checkpoint, proof files.
//
//	golog FOLDER VKEYFILE [OLDCHECKPOINT]     a published folder
//	golog -proof FILE VKEYFILE                one tlog-proof with its entry as `extra`
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type head struct {
	origin string
	size   int64
	root   tlog.Hash
}

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func must(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err)
	return data
}

// openHead verifies the note; tlog.ParseTree takes only its own first line, so the lines are read here.
func openHead(msg []byte, vkey string) head {
	verifier, err := note.NewVerifier(strings.TrimSpace(vkey))
	must(err)
	opened, err := note.Open(msg, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		fail("checkpoint has %d lines", len(lines)-1)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	h := head{origin: lines[0], size: size}
	if len(root) != len(h.root) || h.origin != verifier.Name() {
		fail("checkpoint of %q with a root of %d bytes", h.origin, len(root))
	}
	copy(h.root[:], root)
	return h
}

// folder serves tiles from files. Go's paths carry the tile height, C2SP's do not.
type folder string

func (f folder) Height() int                                { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// entries reads the bundles: a length of two bytes, then the entry.
func (f folder) entries(size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		t := tlog.Tile{H: 8, L: -1, N: n, W: 256}
		if size-n*256 < 256 {
			t.W = int(size - n*256)
		}
		path := strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1)
		data := read(filepath.Join(string(f), path))
		for len(data) >= 2 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

func checkFolder(f folder, vkey string, old []byte) {
	h := openHead(read(filepath.Join(string(f), "checkpoint")), vkey)
	reader := tlog.TileHashReader(tlog.Tree{N: h.size, Hash: h.root}, f)
	entries := f.entries(h.size)
	if int64(len(entries)) != h.size {
		fail("%d entries in the bundles, %d in the checkpoint", len(entries), h.size)
	}
	for i, entry := range entries {
		proof, err := tlog.ProveRecord(h.size, int64(i), reader)
		must(err)
		must(tlog.CheckRecord(proof, h.size, h.root, int64(i), tlog.RecordHash(entry)))
	}
	fmt.Printf("%d entries are in the tree that %s signed\n", h.size, h.origin)
	if old == nil {
		return
	}
	o := openHead(old, vkey)
	proof, err := tlog.ProveTree(h.size, o.size, reader)
	must(err)
	must(tlog.CheckTree(proof, h.size, h.root, o.size, o.root))
	fmt.Printf("size %d is a prefix of size %d\n", o.size, h.size)
}

func checkProof(data []byte, vkey string) {
	top, checkpoint, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(top), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") ||
		!strings.HasPrefix(lines[2], "index ") {
		fail("not a proof file with an extra line")
	}
	extra, err := base64.StdEncoding.DecodeString(lines[1][6:])
	must(err)
	index, err := strconv.ParseInt(lines[2][6:], 10, 64)
	must(err)
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		var hash tlog.Hash
		raw, err := base64.StdEncoding.DecodeString(line)
		must(err)
		copy(hash[:], raw)
		path = append(path, hash)
	}
	entry, _, _ := bytes.Cut(extra, []byte("\n"))
	h := openHead(checkpoint, vkey)
	must(tlog.CheckRecord(path, h.size, h.root, index, tlog.RecordHash(entry)))
	fmt.Printf("entry %d is in the tree of size %d\n", index, h.size)
}

func main() {
	switch {
	case len(os.Args) == 4 && os.Args[1] == "-proof":
		checkProof(read(os.Args[2]), string(read(os.Args[3])))
	case len(os.Args) == 3:
		checkFolder(folder(os.Args[1]), string(read(os.Args[2])), nil)
	case len(os.Args) == 4:
		checkFolder(folder(os.Args[1]), string(read(os.Args[2])), read(os.Args[3]))
	default:
		fail("usage: golog FOLDER VKEYFILE [OLDCHECKPOINT] | golog -proof FILE VKEYFILE")
	}
}
