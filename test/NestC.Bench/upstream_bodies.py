#!/usr/bin/env python3
"""Finds the types and attributes of upstream's dialects by asking mlir-opt 19, and writes compiler/NestC.Core/Builtin/UpstreamBodies.tsv.

  upstream_bodies.py [--tool mlir-opt-19] [--out FILE]

The words tried are the strings of the executable. Columns: `#` or `!`; dialect; what mlir-opt says of a word that it does not know, with `%` for
the word; the words that it knows, each with `=name:word|word...` when its body is one keyword of an enumeration.
"""
import argparse, os, re, subprocess, sys
from upstream_ops import ask, DIALECTS

MORE = ['dlti', 'test', 'ptr']


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--tool', default='mlir-opt-19')
    a.add_argument('--out', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../compiler/NestC.Core/Builtin/UpstreamBodies.tsv'))
    o = a.parse_args()
    binary = open(os.path.realpath(subprocess.run(['which', o.tool], capture_output=True, text=True).stdout.strip()), 'rb').read()
    words = sorted({m.decode() for m in re.findall(rb'(?:\0|\.)([a-z][a-z0-9_]{1,40})(?=\0)', binary)} | set('abcdefghijklmnopqrstuvwxyz'))
    lines = []
    for sigil in '!#':
        text = (lambda d, w, body='': f'"t.t"() : () -> !{d}.{w}{body}') if sigil == '!' else (lambda d, w, body='': f'"t.t"() {{x = #{d}.{w}{body}}} : () -> ()')
        for d in sorted(DIALECTS + MORE):
            unknown = ask(o.tool, [text(d, 'zzqx')])[0]
            if not unknown or 'zzqx' not in unknown and not re.search('unknown|no .* parsing hook', unknown): continue
            known = []
            said = ask(o.tool, [text(d, w) for w in words], 3000)
            known = [w for w, e in zip(words, said) if e != unknown.replace('zzqx', w)]
            if len(known) > len(words) / 2: continue
            facts = []
            for w, e in zip(known, ask(o.tool, [text(d, w, '<zzqx>') for w in known])):
                m = re.match(r'expected (\S+) to be one of: (.*)$', e or '')
                facts.append(f'{w}={m[1]}:' + m[2].replace(', ', '|') if m else w)
            lines.append('\t'.join([sigil, d, unknown.replace('zzqx', '%'), ' '.join(facts)]))
    with open(o.out, 'w') as f: f.write('\n'.join(lines) + '\n')
    print(len(lines), 'dialects,', sum(l.split('\t')[3].count(' ') + 1 for l in lines), 'words')


if __name__ == '__main__': sys.exit(main())
