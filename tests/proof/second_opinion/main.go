// A second opinion on a bundle, by the libraries of Go's checksum database and no line of the ledger's own:
//
//	main VKEY DIR [EARLIER-CHECKPOINT...] [-- PROOF...]
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

type checkpoint struct {
	size int64
	root tlog.Hash
}

func must(err error) {
	if err != nil {
		log.Fatal("refused: ", err)
	}
}

func read(name string) []byte {
	octets, err := os.ReadFile(name)
	must(err)
	return octets
}

// open is the size and root of a checkpoint that the log signed.
func open(octets []byte, verifiers note.Verifiers) checkpoint {
	signed, err := note.Open(octets, verifiers)
	must(err)
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return checkpoint{size, root}
}

// entries of the bundles of a log of a size, in order.
func entries(dir string, size int64) [][]byte {
	var found [][]byte
	for int64(len(found)) < size {
		rest := size - int64(len(found))
		path := strings.Replace(tlog.Tile{H: 8, L: 0, N: int64(len(found)) / width, W: int(min(rest, width))}.Path(),
			"tile/8/0/", "tile/entries/", 1)
		octets, before := read(filepath.Join(dir, path)), len(found)
		for len(octets) >= 2 {
			length := int(binary.BigEndian.Uint16(octets))
			if len(octets) < 2+length {
				log.Fatal("refused: a cut entry in ", path)
			}
			found = append(found, octets[2:2+length])
			octets = octets[2+length:]
		}
		if len(octets) != 0 || int64(len(found)-before) != min(rest, width) {
			log.Fatal("refused: not the entries of ", path)
		}
	}
	return found
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// prove checks a tlog-proof of an entry of the log.
func prove(octets []byte, found [][]byte, verifiers note.Verifiers) {
	head, signed, _ := bytes.Cut(octets, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		log.Fatal("refused: not a tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		octets, err := base64.StdEncoding.DecodeString(line)
		must(err)
		var hash tlog.Hash
		copy(hash[:], octets)
		path = append(path, hash)
	}
	tree := open(signed, verifiers)
	must(tlog.CheckRecord(path, tree.size, tree.root, index, tlog.RecordHash(found[index])))
}

func main() {
	log.SetFlags(0)
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(os.Args[1]))))
	must(err)
	verifiers, dir := note.VerifierList(verifier), os.Args[2]
	newest := open(read(filepath.Join(dir, "checkpoint")), verifiers)
	found := entries(dir, newest.size)
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		asked := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			asked[i] = hashes[index]
		}
		return asked, nil
	})
	for index, entry := range found {
		stored, err := tlog.StoredHashes(int64(index), entry, reader)
		must(err)
		hashes = append(hashes, stored...)
	}
	root, err := tlog.TreeHash(newest.size, reader)
	must(err)
	if root != newest.root {
		log.Fatal("refused: the root of the entries is not the signed one")
	}
	proofs := false
	for _, name := range os.Args[3:] {
		if name == "--" {
			proofs = true
		} else if proofs {
			prove(read(name), found, verifiers)
		} else {
			earlier := open(read(name), verifiers)
			proof, err := tlog.ProveTree(newest.size, earlier.size, reader)
			must(err)
			must(tlog.CheckTree(proof, newest.size, newest.root, earlier.size, earlier.root))
		}
	}
	fmt.Printf("sound: %d entries, root %s\n", newest.size, newest.root)
}
