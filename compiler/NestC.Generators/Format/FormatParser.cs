using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace NestC.Generators;

/// <summary>Reads a declarative assembly format. The language is upstream's; docs/design/generator.md describes it.</summary>
internal sealed partial class FormatParser
{
    private readonly OpModel op;
    private readonly string text;
    private readonly FormatTree tree = new();
    private int at;
    private FormatElement? anchor;
    private int groupDepth;

    private FormatParser(OpModel op)
    {
        this.op = op;
        text = op.Format ?? "";
    }

    public static FormatTree Parse(OpModel op)
    {
        FormatParser parser = new(op);
        while (parser.SkipSpaces())
        {
            FormatElement? element = parser.Element(inGroup: false);
            if (element is null) break;
            parser.tree.Elements.Add(element);
        }
        if (parser.tree.Errors.Count == 0) parser.CheckComplete();
        return parser.tree;
    }

    private bool SkipSpaces()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at < text.Length;
    }

    private FormatElement? Fail(string message, int start, int length = 1) => Fail(Rules.FormatSyntax, start, length, op.OpName, message);

    private FormatElement? Fail(DiagnosticDescriptor rule, int start, int length, params string[] arguments)
    {
        tree.Errors.Add(new FormatError(rule, System.Math.Min(start, text.Length), System.Math.Min(length, System.Math.Max(0, text.Length - start)), arguments));
        return null;
    }

    private bool Take(char c)
    {
        if (!SkipSpaces() || text[at] != c) return false;
        at++;
        return true;
    }

    private bool Expect(char c)
    {
        if (Take(c)) return true;
        Fail($"expected '{c}' here", at);
        return false;
    }

    private string Word()
    {
        int start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-')) at++;
        return text.Substring(start, at - start);
    }

    private FormatElement? Element(bool inGroup)
    {
        int start = at;
        FormatElement? element;
        char c = text[at];
        if (c == '`') element = Literal();
        else if (c == '$') element = Variable(top: true);
        else if (c == '(') element = Group();
        else if (char.IsLetter(c)) element = Directive(top: true);
        else return Fail($"'{c}' starts neither a literal (in backquotes), a variable ('$name'), a directive nor a group", at);
        if (element is null) return null;
        element.Position = start;
        if (at < text.Length && text[at] == '^')
        {
            if (!inGroup) return Fail(Rules.FormatGroup, at, 1, op.OpName, "'^' marks the anchor of an optional group, and this is in none");
            if (anchor is not null) return Fail(Rules.FormatGroup, at, 1, op.OpName, "an optional group has one anchor, and there is one before this");
            at++;
            anchor = element;
        }
        return element;
    }

    private FormatElement? Literal()
    {
        int start = at++;
        int end = text.IndexOf('`', at);
        if (end < 0) return Fail("the literal has no closing backquote", start, text.Length - start);
        string value = text.Substring(at, end - at);
        at = end + 1;
        if (value.Length == 0 || value == " " || value == "\\n" || value == "\n") return new WhitespaceElement(value == "\n" ? "\\n" : value);
        if (IsLiteral(value)) return new LiteralElement(value);
        return Fail($"'{value}' is no literal: there are words, '->', '...', and one of _:,=<>()[]{{}}?+*-/|", start, end + 1 - start);
    }

    private static bool IsLiteral(string value)
    {
        if (value.Length == 1) return char.IsLetter(value[0]) || "_:,=<>()[]{}?+*-/|".IndexOf(value[0]) >= 0;
        if (value is "->" or "...") return true;
        if (!char.IsLetter(value[0]) && value[0] != '_') return false;
        foreach (char c in value)
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '$' or '.')) return false;
        return true;
    }

    // `$name`. At the top it binds what it names; in a directive it only refers to it.
    private FormatElement? Variable(bool top)
    {
        int start = at++;
        string name = Word();
        if (name.Length == 0) return Fail("expected a name after '$'", start);
        return Named(name, start, at - start, top);
    }

    private FormatElement? Named(string name, int start, int length, bool top)
    {
        if (OpModel.Find(op.Operands, name) is { } operand) return top && !Bind(operand.Name, start, length) ? null : new OperandElement(operand);
        if (OpModel.Find(op.Results, name) is { } result)
        {
            return top ? Fail(Rules.FormatGroup, start, length, op.OpName, $"'${name}' is a result: only its type can stand in a format, as 'type(${name})'")
                : new OperandElement(result);
        }
        if (OpModel.Find(op.Props, name) is { } prop) return top && !Bind(prop.Name, start, length) ? null : new PropElement(prop);
        if (OpModel.Find(op.Regions, name) is { } region) return top && !Bind(region.Name, start, length) ? null : new RegionElement(region);
        if (OpModel.Find(op.Successors, name) is { } successor) return top && !Bind(successor.Name, start, length) ? null : new SuccessorElement(successor);
        return Fail(Rules.FormatUnknown, start, length, op.OpName, "$" + name, KnownNames());
    }

    private string KnownNames()
    {
        List<string> names = [];
        foreach (ValueModel v in op.Operands) names.Add("$" + v.Name);
        foreach (PropModel v in op.Props) names.Add("$" + v.Name);
        foreach (RegionModel v in op.Regions) names.Add("$" + v.Name);
        foreach (SuccessorModel v in op.Successors) names.Add("$" + v.Name);
        foreach (ValueModel v in op.Results) names.Add($"type(${v.Name})");
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }

    private bool Bind(string name, int start, int length)
    {
        if (tree.Bound.Add(name)) return true;
        Fail(Rules.FormatTwice, start, length, op.OpName, "$" + name);
        return false;
    }

    private FormatElement? Directive(bool top)
    {
        int start = at;
        string word = Word();
        switch (word)
        {
            case "attr-dict" or "attr-dict-with-keyword":
                if (tree.HasAttrDict) return Fail(Rules.FormatTwice, start, word.Length, op.OpName, "attr-dict");
                tree.HasAttrDict = true;
                return new AttrDictElement(word == "attr-dict-with-keyword");
            case "prop-dict":
                if (tree.HasPropDict) return Fail(Rules.FormatTwice, start, word.Length, op.OpName, word);
                tree.HasPropDict = true;
                return new PropDictElement();
            case "operands" or "results" or "regions" or "successors":
                return All(word, start, top);
            case "type":
                return Type(start, top);
            case "functional-type":
                return FunctionalType(start);
            case "qualified":
                return Qualified(top);
            case "custom":
                return Custom(start);
            case "oilist":
                return OrderIndependent(start);
            case "ref":
                return Fail("'ref' stands in the arguments of a custom directive alone", start, word.Length);
            default:
                return Fail($"'{word}' is no directive: there are attr-dict, attr-dict-with-keyword, prop-dict, operands, results, regions, successors, type, functional-type, qualified, ref, oilist and custom; keywords stand in backquotes, names after '$'",
                    start, word.Length == 0 ? 1 : word.Length);
        }
    }

    private FormatElement? All(string word, int start, bool top)
    {
        if (!top) return new AllElement(word);
        if (word == "results") return Fail("'results' stands in 'type' and 'functional-type' alone", start, word.Length);
        bool twice = word switch
        {
            "operands" => tree.AllOperands,
            "regions" => tree.AllRegions,
            _ => tree.AllSuccessors,
        };
        if (twice) return Fail(Rules.FormatTwice, start, word.Length, op.OpName, word);
        if (word == "operands") tree.AllOperands = true;
        else if (word == "regions") tree.AllRegions = true;
        else tree.AllSuccessors = true;
        return new AllElement(word);
    }

    // What `type` and `functional-type` are of: an operand, a result, or all of them.
    private FormatElement? TypeArgument(bool bind)
    {
        if (!SkipSpaces()) return Fail("expected an operand or result here", at);
        int start = at;
        FormatElement? of;
        if (text[at] == '$') of = Variable(top: false);
        else
        {
            string word = Word();
            of = word is "operands" or "results" ? new AllElement(word)
                : OpModel.Find(op.Operands, word) is not null || OpModel.Find(op.Results, word) is not null ? Named(word, start, at - start, top: false)
                : Fail(Rules.FormatUnknown, start, System.Math.Max(1, at - start), op.OpName, word, KnownNames());
        }
        if (of is null) return null;
        of.Position = start;
        switch (of)
        {
            case OperandElement value:
                if (bind && !tree.Typed.Add(value.Value.Name)) return Fail(Rules.FormatTwice, start, at - start, op.OpName, $"type(${value.Value.Name})");
                return of;
            case AllElement all:
                bool twice = all.What == "operands" ? tree.AllOperandTypes : tree.AllResultTypes;
                if (bind && twice) return Fail(Rules.FormatTwice, start, at - start, op.OpName, $"type({all.What})");
                if (bind && all.What == "operands") tree.AllOperandTypes = true;
                else if (bind) tree.AllResultTypes = true;
                return of;
            default:
                return Fail("a type is one of an operand or result", start, at - start);
        }
    }

    private FormatElement? Type(int start, bool top)
    {
        if (!Expect('(')) return null;
        FormatElement? of = TypeArgument(bind: top);
        if (of is null || !Expect(')')) return null;
        return new TypeElement(of) { Position = start };
    }

    private FormatElement? FunctionalType(int start)
    {
        if (!Expect('(')) return null;
        FormatElement? inputs = TypeArgument(bind: true);
        if (inputs is null || !Expect(',')) return null;
        FormatElement? outputs = TypeArgument(bind: true);
        if (outputs is null || !Expect(')')) return null;
        return new FunctionalTypeElement(inputs, outputs) { Position = start };
    }

    private FormatElement? Qualified(bool top)
    {
        if (!Expect('(') || !SkipSpaces()) return null;
        int start = at;
        FormatElement? inner = text[at] == '$' ? Variable(top) : Directive(top);
        if (inner is null || !Expect(')')) return null;
        if (inner is PropElement prop) prop.IsQualified = true;
        else if (inner is not TypeElement) return Fail("'qualified' is of a property or of 'type(...)'", start, at - start);
        return inner;
    }

    private FormatElement? Custom(int start)
    {
        if (!Expect('<') || !SkipSpaces()) return null;
        int nameStart = at;
        string name = Word();
        if (name.Length == 0) return Fail("expected the name of the directive", at);
        if (!Expect('>') || !Expect('(')) return null;
        List<FormatElement> arguments = [];
        if (!Take(')'))
        {
            do
            {
                if (!SkipSpaces()) return Fail("expected an argument here", at);
                int position = at;
                FormatElement? argument = CustomArgument();
                if (argument is null) return null;
                argument.Position = position;
                arguments.Add(argument);
            }
            while (Take(','));
            if (!Expect(')')) return null;
        }
        bool parses = false, prints = false;
        foreach (string method in op.StaticMethods)
        {
            parses |= method == "Parse" + name;
            prints |= method == "Print" + name;
        }
        if (!parses || !prints)
            return Fail(Rules.FormatCustom, nameStart, name.Length, op.OpName, name, op.Class, parses ? $"'Print{name}'" : $"'Parse{name}'");
        return new CustomElement(name, arguments) { Position = start };
    }

    private FormatElement? CustomArgument()
    {
        char c = text[at];
        if (c == '$') return Variable(top: true);
        if (c == '"')
        {
            int end = text.IndexOf('"', at + 1);
            if (end < 0) return Fail("the string has no end", at);
            string value = text.Substring(at + 1, end - at - 1);
            at = end + 1;
            return new StringElement(value);
        }
        int start = at;
        if (text.Length - at >= 4 && string.CompareOrdinal(text, at, "ref(", 0, 4) == 0)
        {
            at += 4;
            if (!SkipSpaces()) return Fail("expected what is referred to", at);
            FormatElement? inner;
            int position = at;
            if (text[at] == '$') inner = Variable(top: false);
            else
            {
                string word = Word();
                inner = word == "type" ? Type(position, top: false) : Fail("'ref' is of a variable or of 'type(...)'", position);
            }
            if (inner is null || !Expect(')')) return null;
            return new RefElement(inner) { Position = start };
        }
        return Directive(top: true) is { } directive
            ? directive is TypeElement or AttrDictElement or PropElement ? directive : Fail("a custom directive takes variables, 'type(...)', 'ref(...)', 'attr-dict' and strings", start, at - start)
            : null;
    }

    private FormatElement? OrderIndependent(int start)
    {
        if (!Expect('(')) return null;
        List<List<FormatElement>> clauses = [];
        do
        {
            List<FormatElement> clause = [];
            while (SkipSpaces() && text[at] is not ('|' or ')'))
            {
                FormatElement? element = Element(inGroup: false);
                if (element is null) return null;
                clause.Add(element);
            }
            if (clause.Count == 0 || clause[0] is not LiteralElement { IsKeyword: true }) return Fail("a clause of 'oilist' starts with a keyword in backquotes", start, at - start);
            clauses.Add(clause);
        }
        while (Take('|'));
        return Expect(')') ? new OrderIndependentElement(clauses) { Position = start } : null;
    }
}
