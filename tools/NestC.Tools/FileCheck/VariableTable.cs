using System.Numerics;

namespace NestC.Tools.FileCheck;

/// <summary>How a number is written: `%u`, `%d`, `%x`, `%X`, a least number of digits and the `0x` of the alternate form.</summary>
internal readonly record struct NumericFormat(char Kind, int Precision = 0, bool Alternate = false)
{
    /// <summary>The format that says nothing, of literals.</summary>
    public static readonly NumericFormat None = new('\0');

    public bool IsSet => Kind != '\0';

    public override string ToString() =>
        IsSet ? "%" + (Alternate ? "#" : "") + (Precision > 0 ? "." + Precision : "") + Kind : "no format";

    /// <summary>The regular expression that matches any number in this format.</summary>
    public string Wildcard
    {
        get
        {
            (string sign, string digits, string first) = Kind switch
            {
                'd' => ("-?", "0-9", "1-9"),
                'x' => ("", "0-9a-f", "1-9a-f"),
                'X' => ("", "0-9A-F", "1-9A-F"),
                _ => ("", "0-9", "1-9"),
            };
            if (Alternate) sign += "0x";
            return Precision > 0 ? $"{sign}([{first}][{digits}]*)?[{digits}]{{{Precision}}}" : $"{sign}[{digits}]+";
        }
    }

    /// <summary>Writes a value, or null when the format cannot hold it.</summary>
    public string? Write(BigInteger value)
    {
        bool negative = value.Sign < 0;
        if (negative && Kind != 'd') return null;
        BigInteger magnitude = BigInteger.Abs(value);
        string digits = Kind switch
        {
            'x' => magnitude.ToString("x").TrimStart('0'),
            'X' => magnitude.ToString("X").TrimStart('0'),
            _ => magnitude.ToString(),
        };
        if (digits.Length == 0) digits = "0";
        return (negative ? "-" : "") + (Alternate ? "0x" : "") + digits.PadLeft(Precision, '0');
    }

    /// <summary>Reads the text that <see cref="Wildcard"/> matched.</summary>
    public BigInteger Read(string text)
    {
        if (Kind is not ('x' or 'X')) return BigInteger.Parse(text);
        if (Alternate) text = text[2..];
        return BigInteger.Parse("0" + text, System.Globalization.NumberStyles.HexNumber);
    }
}

/// <summary>One definition of a numeric variable; a use refers to the definition that stood last before it in the check file.</summary>
internal sealed class NumericVariable(string name, NumericFormat format, int definedAtLine)
{
    public string Name { get; } = name;
    public NumericFormat Format { get; } = format;

    /// <summary>Line of the defining directive; 0 when it has none.</summary>
    public int DefinedAtLine { get; } = definedAtLine;

    public BigInteger? Value { get; set; }
}

/// <summary>The variables of one run.</summary>
internal sealed class VariableTable
{
    private readonly Dictionary<string, byte[]> _strings = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stringNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NumericVariable> _numerics = new(StringComparer.Ordinal);

    public bool IsStringName(string name) => _stringNames.Contains(name);

    public bool IsNumericName(string name) => _numerics.ContainsKey(name);

    /// <summary>Notes that a definition of this string variable exists, before it has a value.</summary>
    public void DeclareString(string name) => _stringNames.Add(name);

    public void SetString(string name, byte[] value) => _strings[name] = value;

    /// <summary>Sets a variable given on the command line: the first one of a name counts.</summary>
    public void DefineString(string name, byte[] value)
    {
        _strings.TryAdd(name, value);
        _stringNames.Add(name);
    }

    public byte[]? GetString(string name) => _strings.GetValueOrDefault(name);

    public void DefineNumeric(NumericVariable variable) => _numerics[variable.Name] = variable;

    public NumericVariable GetNumeric(string name)
    {
        if (_numerics.TryGetValue(name, out NumericVariable? variable)) return variable;
        variable = new NumericVariable(name, new NumericFormat('u'), 0);
        _numerics.Add(name, variable);
        return variable;
    }

    /// <summary>Forgets the variables whose name does not start with `$`.</summary>
    public void ClearLocals()
    {
        foreach (string name in new List<string>(_strings.Keys))
            if (name[0] != '$') _strings.Remove(name);
        foreach (string name in new List<string>(_numerics.Keys))
        {
            if (name[0] == '$') continue;
            _numerics[name].Value = null;
            _numerics.Remove(name);
        }
    }
}
