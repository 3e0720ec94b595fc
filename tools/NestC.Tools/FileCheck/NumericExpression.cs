using System.Numerics;

namespace NestC.Tools.FileCheck;

/// <summary>Why a substitution has no value, and the offset in the check file that this belongs to; -1 for the whole block.</summary>
internal sealed record SubstitutionError(int Offset, string Message);

/// <summary>An arithmetic expression over numeric variables.</summary>
internal abstract class NumericNode(string text)
{
    /// <summary>The expression as written.</summary>
    public string Text { get; } = text;

    /// <summary>The format implied by the variables used, none for literals; throws where they disagree.</summary>
    public virtual NumericFormat ImpliedFormat() => NumericFormat.None;

    /// <summary>Computes the value; adds what went wrong to <paramref name="errors"/> and returns null.</summary>
    public abstract BigInteger? Evaluate(List<SubstitutionError> errors);
}

internal sealed class NumericLiteral(string text, BigInteger value) : NumericNode(text)
{
    public override BigInteger? Evaluate(List<SubstitutionError> errors) => value;
}

internal sealed class NumericUse(NumericVariable variable, int offset) : NumericNode(variable.Name)
{
    public override NumericFormat ImpliedFormat() => variable.Format;

    public override BigInteger? Evaluate(List<SubstitutionError> errors)
    {
        if (variable.Value == null) errors.Add(new SubstitutionError(offset, "undefined variable: " + variable.Name));
        return variable.Value;
    }
}

internal sealed class NumericOperation(string text, int offset, string name, NumericNode left, NumericNode right) : NumericNode(text)
{
    public override NumericFormat ImpliedFormat()
    {
        NumericFormat l = left.ImpliedFormat(), r = right.ImpliedFormat();
        if (l.IsSet && r.IsSet && l != r)
        {
            throw new CheckSyntaxError(offset,
                $"implicit format conflict between '{left.Text}' ({l}) and '{right.Text}' ({r}), need an explicit format specifier");
        }
        return l.IsSet ? l : r;
    }

    public override BigInteger? Evaluate(List<SubstitutionError> errors)
    {
        BigInteger? l = left.Evaluate(errors), r = right.Evaluate(errors);
        if (l == null || r == null) return null;
        switch (name)
        {
            case "add": return l + r;
            case "sub": return l - r;
            case "mul": return l * r;
            case "min": return BigInteger.Min(l.Value, r.Value);
            case "max": return BigInteger.Max(l.Value, r.Value);
            case "div" when !r.Value.IsZero: return BigInteger.Divide(l.Value, r.Value);
        }
        errors.Add(new SubstitutionError(-1, NumericBlock.Overflow));
        return null;
    }
}

/// <summary>A parsed numeric block: the format, the variable it defines and the value it demands, each optional.</summary>
internal sealed class NumericBlock
{
    public const string Overflow = "unable to substitute variable or numeric expression: overflow error";

    public NumericFormat Format { get; init; }
    public NumericVariable? Defined { get; init; }
    public NumericNode? Value { get; init; }
}

/// <summary>Raised inside the parsers of check files, caught where the file is read: the message and the offset it belongs to.</summary>
internal sealed class CheckSyntaxError(int offset, string message, bool spaced = true, int exitCode = 2) : Exception(message)
{
    public int Offset { get; } = offset;

    /// <summary>FileCheck prints an empty line after some of its messages.</summary>
    public bool Spaced { get; } = spaced;

    public int ExitCode { get; } = exitCode;
}

/// <summary>Parses the text between `[[#` and `]]`, and the older `[[@LINE+n]]`.</summary>
internal sealed class NumericParser(byte[] text, int start, int end, int line, VariableTable variables)
{
    private enum Operand { Any, LineVariable, LegacyLiteral }

    private int _at = start;
    private int _end = end;

    /// <summary>Parses a block; <paramref name="legacyLine"/> restricts it to `@LINE`, `@LINE+n` and `@LINE-n`.</summary>
    public NumericBlock ParseBlock(bool legacyLine)
    {
        var explicitFormat = NumericFormat.None;
        int precision = 0;
        int comma = Find(','), call = Find('(');
        if (comma >= 0 && (call < 0 || comma < call))
        {
            int end = _end;
            _end = comma;
            explicitFormat = ParseFormat(out precision);
            _end = end;
            _at = comma + 1;
        }
        int definitionStart = _at, definitionEnd = Find(':');
        if (definitionEnd >= 0) _at = definitionEnd + 1;

        SkipBlanks();
        bool constrained = _end - _at >= 2 && text[_at] == '=' && text[_at + 1] == '=';
        if (constrained) _at += 2;
        SkipBlanks();
        NumericNode? value = null;
        if (_at == _end)
        {
            if (constrained) throw Error(_at, "empty numeric expression should not have a constraint");
        }
        else
        {
            while (_end > _at && IsBlank(text[_end - 1])) _end--;
            int whole = _at;
            value = ParseOperand(legacyLine ? Operand.LineVariable : Operand.Any, !constrained);
            while (_at < _end)
            {
                value = ParseOperation(whole, value, legacyLine);
                if (legacyLine && _at < _end) throw Error(_at, $"unexpected characters at end of expression '{Text(_at, _end)}'");
            }
        }

        NumericFormat format = explicitFormat.IsSet ? explicitFormat : value?.ImpliedFormat() ?? NumericFormat.None;
        if (!format.IsSet) format = new NumericFormat('u', precision);
        NumericVariable? defined = definitionEnd < 0 ? null : ParseDefinition(definitionStart, definitionEnd, format);
        return new NumericBlock { Format = format, Defined = defined, Value = value };
    }

    private NumericFormat ParseFormat(out int precision)
    {
        precision = 0;
        SkipBlanks();
        while (_end > _at && IsBlank(text[_end - 1])) _end--;
        if (!Eat('%')) throw Error(_at, "invalid matching format specification in expression");
        int alternateAt = _at;
        bool alternate = Eat('#');
        if (Eat('.'))
        {
            int digits = _at;
            while (_at < _end && char.IsAsciiDigit((char)text[_at])) _at++;
            if (!int.TryParse(Text(digits, _at), out precision)) throw Error(digits, "invalid precision in format specifier");
        }
        var format = NumericFormat.None;
        if (_at < _end)
        {
            char kind = (char)text[_at];
            if (kind is not ('u' or 'd' or 'x' or 'X')) throw Error(_at, "invalid format specifier in expression");
            _at++;
            format = new NumericFormat(kind, precision, alternate);
        }
        if (alternate && format.Kind is not ('x' or 'X')) throw Error(alternateAt, "alternate form only supported for hex values");
        SkipBlanks();
        if (_at < _end) throw Error(_at, "invalid matching format specification in expression");
        return format;
    }

    private NumericVariable ParseDefinition(int start, int end, NumericFormat format)
    {
        _at = start;
        _end = end;
        SkipBlanks();
        int nameAt = _at;
        string? error = ParseName(text, ref _at, _end, out string name, out bool pseudo);
        if (error != null) throw Error(_at, error);
        if (pseudo) throw Error(nameAt, "definition of pseudo numeric variable unsupported");
        if (variables.IsStringName(name)) throw Error(nameAt, $"string variable with name '{name}' already exists");
        SkipBlanks();
        if (_at < _end) throw Error(_at, "unexpected characters after numeric variable name");
        if (!variables.IsNumericName(name)) return new NumericVariable(name, format, line);
        NumericVariable variable = variables.GetNumeric(name);
        if (variable.Format != format) throw Error(_at, "format different from previous variable definition");
        return variable;
    }

    private NumericNode ParseOperand(Operand allowed, bool maybeConstraint)
    {
        if (_at < _end && text[_at] == '(')
        {
            if (allowed != Operand.Any) throw Error(_at, "parenthesized expression not permitted here");
            return ParseParenthesized();
        }
        if (allowed != Operand.LegacyLiteral)
        {
            int nameAt = _at;
            string? error = ParseName(text, ref _at, _end, out string name, out bool pseudo);
            if (error == null)
            {
                int next = _at;
                while (next < _end && IsBlank(text[next])) next++;
                if (next == _end || text[next] != '(') return Use(name, pseudo, nameAt);
                if (allowed != Operand.Any) throw Error(nameAt, "unexpected function call");
                _at = next;
                return ParseCall(name, nameAt);
            }
            if (allowed == Operand.LineVariable) throw Error(_at, error);
            _at = nameAt;
        }
        int literalAt = _at;
        bool negative = Eat('-');
        if (TryParseInteger(allowed == Operand.LegacyLiteral, out BigInteger value)) return new NumericLiteral(Text(literalAt, _at), negative ? -value : value);
        string what = maybeConstraint ? "matching constraint or " : "";
        throw Error(literalAt, $"invalid {what}operand format");
    }

    private NumericUse Use(string name, bool pseudo, int nameAt)
    {
        if (pseudo && name != "@LINE") throw Error(nameAt, $"invalid pseudo numeric variable '{name}'");
        if (pseudo) return new NumericUse(new NumericVariable(name, new NumericFormat('u'), 0) { Value = line }, nameAt);
        NumericVariable variable = variables.GetNumeric(name);
        if (variable.DefinedAtLine != 0 && variable.DefinedAtLine == line)
            throw Error(nameAt, $"numeric variable '{name}' defined earlier in the same CHECK directive");
        return new NumericUse(variable, nameAt);
    }

    private bool TryParseInteger(bool decimalOnly, out BigInteger value)
    {
        value = 0;
        int radix = 10, at = _at;
        if (!decimalOnly && at < _end && text[at] == '0' && at + 1 < _end)
        {
            char kind = (char)text[at + 1];
            if (kind is 'x' or 'X') radix = 16;
            else if (kind is 'b' or 'B') radix = 2;
            else if (kind == 'o') radix = 8;
            else if (char.IsAsciiDigit(kind)) radix = 8;
            if (radix != 10) at += char.IsAsciiDigit(kind) ? 1 : 2;
        }
        int digits = at;
        for (; at < _end; at++)
        {
            int digit = char.IsAsciiHexDigit((char)text[at]) ? Convert.ToInt32(((char)text[at]).ToString(), 16) : 99;
            if (digit >= radix) break;
            value = value * radix + digit;
        }
        if (at == digits) return false;
        _at = at;
        return true;
    }

    private NumericOperation ParseOperation(int wholeAt, NumericNode left, bool legacyLine)
    {
        SkipBlanks();
        int operatorAt = _at;
        char op = (char)text[_at++];
        if (op is not ('+' or '-')) throw Error(operatorAt, $"unsupported operation '{op}'");
        SkipBlanks();
        if (_at == _end) throw Error(_at, "missing operand in expression");
        NumericNode right = ParseOperand(legacyLine ? Operand.LegacyLiteral : Operand.Any, false);
        return new NumericOperation(Text(wholeAt, _at), wholeAt, op == '+' ? "add" : "sub", left, right);
    }

    private NumericNode ParseParenthesized()
    {
        _at++;
        SkipBlanks();
        if (_at == _end) throw Error(_at, "missing operand in expression");
        int whole = _at;
        NumericNode value = ParseOperand(Operand.Any, false);
        SkipBlanks();
        while (_at < _end && text[_at] != ')')
        {
            value = ParseOperation(whole, value, false);
            SkipBlanks();
        }
        if (!Eat(')')) throw Error(_at, "missing ')' at end of nested expression");
        return value;
    }

    private NumericOperation ParseCall(string name, int nameAt)
    {
        if (name is not ("add" or "div" or "max" or "min" or "mul" or "sub")) throw Error(nameAt, $"call to undefined function '{name}'");
        _at++;
        SkipBlanks();
        var arguments = new List<NumericNode>();
        while (_at < _end && text[_at] != ')')
        {
            if (text[_at] == ',') throw Error(_at, "missing argument");
            int whole = _at;
            NumericNode argument = ParseOperand(Operand.Any, false);
            SkipBlanks();
            while (_at < _end && text[_at] is not ((byte)',' or (byte)')'))
            {
                argument = ParseOperation(whole, argument, false);
                SkipBlanks();
            }
            arguments.Add(argument);
            if (!Eat(',')) break;
            SkipBlanks();
            if (_at < _end && text[_at] == ')') throw Error(_at, "missing argument");
        }
        if (!Eat(')')) throw Error(_at, "missing ')' at end of call expression");
        if (arguments.Count != 2) throw Error(nameAt, $"function '{name}' takes 2 arguments but {arguments.Count} given");
        return new NumericOperation(Text(nameAt, _at), nameAt, name, arguments[0], arguments[1]);
    }

    /// <summary>Parses a variable's name: an optional `$` (global) or `@` (pseudo), then an identifier; returns null, or what is wrong at the cursor.</summary>
    public static string? ParseName(byte[] text, ref int at, int end, out string name, out bool isPseudo)
    {
        int start = at;
        name = "";
        isPseudo = false;
        if (at == end) return "empty variable name";
        isPseudo = text[at] == '@';
        bool global = text[at] == '$';
        if (isPseudo || global) at++;
        if (at == end) return isPseudo ? "empty pseudo variable name" : "empty global variable name";
        if (text[at] != '_' && !char.IsAsciiLetter((char)text[at]))
        {
            at = start;
            return "invalid variable name";
        }
        while (at < end && (text[at] == '_' || char.IsAsciiLetterOrDigit((char)text[at]))) at++;
        name = System.Text.Encoding.ASCII.GetString(text, start, at - start);
        return null;
    }

    private static bool IsBlank(byte c) => c == ' ' || c == '\t';

    private void SkipBlanks()
    {
        while (_at < _end && IsBlank(text[_at])) _at++;
    }

    private bool Eat(char c)
    {
        if (_at == _end || text[_at] != c) return false;
        _at++;
        return true;
    }

    private int Find(char c)
    {
        int found = text.AsSpan(_at, _end - _at).IndexOf((byte)c);
        return found < 0 ? -1 : _at + found;
    }

    private string Text(int from, int to) => System.Text.Encoding.UTF8.GetString(text, from, to - from);

    private static CheckSyntaxError Error(int offset, string message) => new(offset, message);
}
