using System.Text.Json;
using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>Names of layers from files: those that stay in floats, and orders of sensitivity.</summary>
public static class LayerList
{
    /// <summary>The names in a text file, one a line; blank lines and what follows `#` at the start of a line mean nothing.</summary>
    /// <exception cref="EvaluationException">The file cannot be read.</exception>
    public static List<string> Read(string path)
    {
        List<string> names = [];
        foreach (string line in Lines(path))
        {
            string name = line.Trim();
            if (name.Length > 0 && name[0] != '#') names.Add(name);
        }
        return names;
    }

    /// <summary>The first names of the sensitivity order in a report (JSON) of `nest-run --quantization-report`.</summary>
    /// <exception cref="EvaluationException">The file cannot be read or has no order, or not so many names.</exception>
    public static List<string> MostSensitive(string path, int count)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(string.Join('\n', Lines(path)));
            List<string> names = [];
            foreach (JsonElement entry in document.RootElement.GetProperty("sensitivity").EnumerateArray())
                if (names.Count < count) names.Add(entry.GetProperty("layer").GetString()!);
            return names.Count == count ? names : throw new EvaluationException($"'{path}' lists {names.Count} layers, not {count}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new EvaluationException($"'{path}' is no report with an order of sensitivity: {e.Message}");
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"'{path}' cannot be read: {e.Message}");
        }
    }
}
