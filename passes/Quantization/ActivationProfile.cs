using System.Globalization;
using System.Text;
using System.Text.Json;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>What was observed of one value: its names, its histogram, and its channels where it has some.</summary>
public sealed record ProfileRecord(string Label, string Structure, string Producer, Histogram Seen, ChannelProfile? Channels = null);

/// <summary>What was observed of a model's values on some inputs, with the identity of both the model and what was done to the inputs.</summary>
public sealed class ActivationProfile
{
    private readonly Dictionary<string, ProfileRecord> byStructure = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProfileRecord> byLabel = new(StringComparer.Ordinal);
    private readonly List<ProfileRecord> records = [];

    public ActivationProfile(string model, string preprocessing, long inputs) => (Model, Preprocessing, Inputs) = (model, preprocessing, inputs);

    /// <summary>The hash of the model; see <see cref="ValueIds.Model"/>.</summary>
    public string Model { get; }

    /// <summary>What was done to the inputs, as text; empty when they were taken as they were.</summary>
    public string Preprocessing { get; }

    /// <summary>How many inputs were run.</summary>
    public long Inputs { get; private set; }

    public IReadOnlyList<ProfileRecord> Records => records;

    public void Add(ProfileRecord record)
    {
        records.Add(record);
        byStructure.TryAdd(record.Structure, record);
        byLabel.TryAdd(record.Label, record);
    }

    /// <summary>The record of a value, by its structure; null where there is none.</summary>
    public ProfileRecord? Find(ValueIds ids, Value value) => byStructure.GetValueOrDefault(StructureText(ids, value));

    public static string StructureText(ValueIds ids, Value value) => ids.Structure(value).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Why the profile is not one of this function; null when it is. The message names the first value that differs.</summary>
    public string? Mismatch(FuncOp function, ValueIds ids)
    {
        if (Model == ids.ModelText) return null;
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            for (int i = 0; i < op.ResultCount; i++)
            {
                Value value = op.Result(i);
                if (!IsProfiled(value) || Find(ids, value) is not null) continue;
                string label = ids.Label(value);
                string what = byLabel.TryGetValue(label, out ProfileRecord? old)
                    ? old.Producer == op.Name
                        ? $"'{label}' ('{op.Name}') is computed from other operands, weights or properties than when it was profiled"
                        : $"'{label}' is computed by '{op.Name}', it was computed by '{old.Producer}' when it was profiled"
                    : $"'{label}' ('{op.Name}') is not in the profile";
                return $"the profile is of model {Model}, this is model {ids.ModelText}: {what}";
            }
        }
        return $"the profile is of model {Model}, this is model {ids.ModelText}: it has the same values, but returns others";
    }

    /// <summary>Whether values of this kind are observed: tensors of f32 that are not constants.</summary>
    public static bool IsProfiled(Value value) =>
        value.Type is TensorType tensor && tensor.ElementType is FloatType { Semantics.Width: 32 } && value.DefiningOp is not (IConstantLike or Dialects.Graph.ConstantOp);

    /// <summary>Adds what another profile observed of the same model.</summary>
    /// <exception cref="EvaluationException">The profiles are of different models, preprocessing or values.</exception>
    public void Merge(ActivationProfile other)
    {
        if (other.Model != Model) throw new EvaluationException($"the profiles are of different models, {Model} and {other.Model}");
        if (other.Preprocessing != Preprocessing)
            throw new EvaluationException($"the profiles' inputs were prepared differently: '{Preprocessing}' and '{other.Preprocessing}'");
        foreach (ProfileRecord record in other.records)
        {
            if (!byStructure.TryGetValue(record.Structure, out ProfileRecord? mine)) throw new EvaluationException($"'{record.Label}' is in one of the profiles only");
            if (mine.Seen.Bins != record.Seen.Bins) throw new EvaluationException($"'{record.Label}' has {mine.Seen.Bins} bins in one profile and {record.Seen.Bins} in the other");
            mine.Seen.Add(record.Seen);
            if (mine.Channels?.Channels != record.Channels?.Channels) throw new EvaluationException($"'{record.Label}' has other channels in one profile than in the other");
            mine.Channels?.Add(record.Channels!);
        }
        if (other.records.Count != records.Count) throw new EvaluationException($"one profile has {records.Count} values, the other {other.records.Count}");
        Inputs += other.Inputs;
    }

    /// <summary>Writes the profile as JSON.</summary>
    public void Write(Stream stream)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = false });
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteString("model", Model);
        json.WriteString("preprocessing", Preprocessing);
        json.WriteNumber("inputs", Inputs);
        json.WriteStartArray("values");
        foreach (ProfileRecord record in records)
        {
            // One value a line, so that files can be compared.
            json.WriteRawValue("\n" + Line(record), skipInputValidation: true);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private const string Format = "nest-profile-1";

    private static string Line(ProfileRecord record)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", record.Label);
            json.WriteString("structure", record.Structure);
            json.WriteString("op", record.Producer);
            if (!record.Seen.IsEmpty)
            {
                json.WriteNumber("min", record.Seen.Min);
                json.WriteNumber("max", record.Seen.Max);
            }
            json.WriteStartArray("bins");
            foreach (long count in record.Seen.Counts) json.WriteNumberValue(count);
            json.WriteEndArray();
            if (record.Channels is { Elements: > 0 } channels) WriteChannels(json, channels);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteChannels(Utf8JsonWriter json, ChannelProfile channels)
    {
        json.WriteStartObject("channels");
        json.WriteNumber("elements", channels.Elements);
        json.WriteStartArray("mean");
        for (int c = 0; c < channels.Channels; c++) json.WriteNumberValue(channels.Mean(c));
        json.WriteEndArray();
        json.WriteStartArray("min");
        for (int c = 0; c < channels.Channels; c++) json.WriteNumberValue(channels[c].Min);
        json.WriteEndArray();
        json.WriteStartArray("max");
        for (int c = 0; c < channels.Channels; c++) json.WriteNumberValue(channels[c].Max);
        json.WriteEndArray();
        json.WriteStartArray("bins");
        for (int c = 0; c < channels.Channels; c++)
            foreach (long count in channels[c].Counts) json.WriteNumberValue(count);
        json.WriteEndArray();
        if (channels.Moments is { Samples: > 0 } moments)
        {
            json.WriteStartObject("moments");
            json.WriteNumber("samples", moments.Samples);
            WriteNumbers(json, "sums", moments.Sums);
            WriteNumbers(json, "products", moments.Products);
            WriteNumbers(json, "lag-products", moments.LagProducts);
            WriteNumbers(json, "lag-pairs", moments.Pairs);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    // Statistics of a sample: more digits than f32 has would say nothing.
    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (double x in numbers) json.WriteNumberValue((float)x);
        json.WriteEndArray();
    }

    /// <summary>Reads a profile.</summary>
    /// <exception cref="EvaluationException">The file cannot be read or is no profile; the message says what is wrong where.</exception>
    public static ActivationProfile Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out JsonElement format) || format.ToString() != Format)
                throw new EvaluationException($"'{path}' is not a profile ('format' is not '{Format}')");
            ActivationProfile profile = new(Field(root, "model").GetString()!, Field(root, "preprocessing").GetString()!, Field(root, "inputs").GetInt64());
            foreach (JsonElement value in Field(root, "values").EnumerateArray()) profile.Add(Record(value));
            return profile;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new EvaluationException($"'{path}' is not a profile: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"the profile '{path}' cannot be read: {e.Message}");
        }
    }

    private static JsonElement Field(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement field) ? field : throw new FormatException($"'{name}' is missing");

    private static ProfileRecord Record(JsonElement value)
    {
        string label = Field(value, "id").GetString()!;
        JsonElement bins = Field(value, "bins");
        var counts = new long[bins.GetArrayLength()];
        int at = 0;
        foreach (JsonElement bin in bins.EnumerateArray())
        {
            if (!bin.TryGetInt64(out counts[at++]) || counts[at - 1] < 0) throw new FormatException($"'{label}' has a bin that is no count");
        }
        if (counts.Length == 0) throw new FormatException($"'{label}' has no bins");
        Histogram seen = new(counts.Length);
        if (value.TryGetProperty("min", out JsonElement min) && value.TryGetProperty("max", out JsonElement max))
        {
            // Numbers beyond f64 parse as infinities, and text such as "NaN" is not a number at all.
            if (min.ValueKind != JsonValueKind.Number || max.ValueKind != JsonValueKind.Number || !double.IsFinite(min.GetDouble()) || !double.IsFinite(max.GetDouble()))
                throw new FormatException($"the range of '{label}', {min}..{max}, is not finite");
            if (min.GetDouble() > max.GetDouble()) throw new FormatException($"the range of '{label}', {min}..{max}, is empty");
            seen = new Histogram(min.GetDouble(), max.GetDouble(), counts);
        }
        return new ProfileRecord(label, Field(value, "structure").GetString()!, Field(value, "op").GetString()!, seen, value.TryGetProperty("channels", out JsonElement channels) ? Channels(label, channels) : null);
    }

    private static ChannelProfile Channels(string label, JsonElement of)
    {
        double[] means = Numbers(label, Field(of, "mean")), mins = Numbers(label, Field(of, "min")), maxs = Numbers(label, Field(of, "max"));
        JsonElement bins = Field(of, "bins");
        long elements = Field(of, "elements").GetInt64();
        if (mins.Length != means.Length || maxs.Length != means.Length || bins.GetArrayLength() != means.Length * ChannelProfile.Bins || elements <= 0)
            throw new FormatException($"the channels of '{label}' have lists of different lengths");
        var seen = new Histogram[means.Length];
        int at = 0;
        var counts = new long[ChannelProfile.Bins];
        foreach (JsonElement bin in bins.EnumerateArray())
        {
            if (!bin.TryGetInt64(out long count) || count < 0) throw new FormatException($"'{label}' has a bin that is no count");
            counts[at % ChannelProfile.Bins] = count;
            if (++at % ChannelProfile.Bins != 0) continue;
            int c = at / ChannelProfile.Bins - 1;
            if (mins[c] > maxs[c]) throw new FormatException($"the range of a channel of '{label}', {mins[c]}..{maxs[c]}, is empty");
            seen[c] = new Histogram(mins[c], maxs[c], counts);
            counts = new long[ChannelProfile.Bins];
        }
        return new ChannelProfile(seen, means, elements) { Moments = of.TryGetProperty("moments", out JsonElement moments) ? Moments(label, moments, means.Length) : null };
    }

    private static ChannelMoments Moments(string label, JsonElement of, int channels)
    {
        double[] sums = Numbers(label, Field(of, "sums")), products = Numbers(label, Field(of, "products")), lags = Numbers(label, Field(of, "lag-products")), pairs = Numbers(label, Field(of, "lag-pairs"));
        long samples = Field(of, "samples").GetInt64();
        if (samples <= 0 || sums.Length != channels || products.Length != (channels <= ChannelMoments.MaxChannels ? channels * (channels + 1) / 2 : 0) || lags.Length != ChannelMoments.Lags || pairs.Length != ChannelMoments.Lags)
            throw new FormatException($"the moments of '{label}' have lists of wrong lengths");
        return new ChannelMoments(samples, sums, products, lags, pairs);
    }

    private static double[] Numbers(string label, JsonElement list)
    {
        var numbers = new double[list.GetArrayLength()];
        int at = 0;
        foreach (JsonElement number in list.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number || !double.IsFinite(numbers[at++] = number.GetDouble())) throw new FormatException($"a channel of '{label}' has the value {number}, which is not finite");
        }
        return numbers;
    }
}
