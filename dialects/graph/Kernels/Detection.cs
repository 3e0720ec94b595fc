using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Operators of detection networks: NonMaxSuppression, RoiAlign, MaxRoiPool.</summary>
public static class Detection
{
    /// <summary>ONNX NonMaxSuppression: rows (batch, class, box) of i64, best first within a class. Boxes are corners y1 x1 y2 x2 in any order, or
    /// centers with width and height.</summary>
    public static NdArray NonMaxSuppression(NdArray boxes, NdArray scores, long maxPerClass, float iouThreshold, float? scoreThreshold, bool centerBoxes)
    {
        Shapes.Require(
            boxes.Rank == 3 && scores.Rank == 3 && boxes.Shape[2] == 4 && boxes.Shape[0] == scores.Shape[0] && boxes.Shape[1] == scores.Shape[2],
            $"boxes {boxes} and scores {scores} do not fit together");
        var b = boxes.Read<float>();
        var s = scores.Read<float>();
        int count = (int)boxes.Shape[1], classes = (int)scores.Shape[1];
        var selected = new List<long>();
        var order = new int[count];
        for (int n = 0; n < boxes.Shape[0]; n++)
        {
            for (int c = 0; c < classes; c++)
            {
                var score = s.Slice((n * classes + c) * count, count).ToArray();
                int candidates = 0;
                for (int i = 0; i < count; i++)
                    if (scoreThreshold is not { } limit || score[i] > limit) order[candidates++] = i;
                Array.Sort(order, 0, candidates, Comparer<int>.Create((p, q) => score[q].CompareTo(score[p]) is var k && k != 0 ? k : p.CompareTo(q)));
                var kept = new List<int>();
                for (int i = 0; i < candidates && kept.Count < maxPerClass; i++)
                {
                    bool suppressed = false;
                    foreach (int other in kept)
                    {
                        if (Overlap(b, (n * count + order[i]) * 4, (n * count + other) * 4, centerBoxes) <= iouThreshold) continue;
                        suppressed = true;
                        break;
                    }
                    if (suppressed) continue;
                    kept.Add(order[i]);
                    selected.Add(n);
                    selected.Add(c);
                    selected.Add(order[i]);
                }
            }
        }
        return NdArray.From<long>(selected.ToArray(), selected.Count / 3, 3);
    }

    /// <summary>ONNX RoiAlign (He et al. 2017): bilinear samples averaged, or their greatest contribution, in each cell of each region x1 y1 x2 y2.</summary>
    public static NdArray RoiAlign(
        NdArray x, NdArray rois, NdArray batchIndices, long height, long width, long samplingRatio, float spatialScale, bool max, bool halfPixel)
    {
        Shapes.Require(x.Rank == 4 && rois.Rank == 2 && rois.Shape[1] == 4 && batchIndices.Count == rois.Shape[0], "regions and batch indices do not fit together");
        Shapes.Require(height > 0 && width > 0 && samplingRatio >= 0, "RoiAlign needs a positive output");
        var wide = Cast.To(x, ElementKind.F32);
        var from = wide.Read<float>();
        int channels = (int)x.Shape[1], rows = (int)x.Shape[2], columns = (int)x.Shape[3], plane = rows * columns;
        var y = NdArray.CreateUninitialized(ElementKind.F32, [rois.Shape[0], channels, height, width]);
        var to = y.Write<float>();
        double shift = halfPixel ? 0.5 : 0;
        int at = 0;
        for (long r = 0; r < rois.Shape[0]; r++)
        {
            long n = batchIndices.GetInt64(r);
            Shapes.Require(n >= 0 && n < x.Shape[0], $"batch index {n} is out of range");
            double x1 = rois.GetDouble(r * 4) * spatialScale - shift, y1 = rois.GetDouble(r * 4 + 1) * spatialScale - shift;
            double w = rois.GetDouble(r * 4 + 2) * spatialScale - shift - x1, h = rois.GetDouble(r * 4 + 3) * spatialScale - shift - y1;
            // Without the half-pixel shift regions are at least one pixel.
            if (!halfPixel) (w, h) = (Math.Max(w, 1), Math.Max(h, 1));
            double cellH = h / height, cellW = w / width;
            int gridH = samplingRatio > 0 ? (int)samplingRatio : (int)Math.Clamp(Math.Ceiling(cellH), 0, 1 << 12);
            int gridW = samplingRatio > 0 ? (int)samplingRatio : (int)Math.Clamp(Math.Ceiling(cellW), 0, 1 << 12);
            for (int c = 0; c < channels; c++)
            {
                var image = from.Slice((int)(n * channels + c) * plane, plane);
                for (long i = 0; i < height; i++)
                {
                    for (long j = 0; j < width; j++)
                    {
                        double sum = 0, best = double.NegativeInfinity;
                        for (int gy = 0; gy < gridH; gy++)
                        {
                            double py = y1 + i * cellH + (gy + 0.5) * cellH / gridH;
                            for (int gx = 0; gx < gridW; gx++)
                            {
                                double px = x1 + j * cellW + (gx + 0.5) * cellW / gridW;
                                var (value, largest) = Sample(image, rows, columns, py, px);
                                sum += value;
                                best = Math.Max(best, largest);
                            }
                        }
                        int samples = gridH * gridW;
                        to[at++] = samples == 0 ? 0 : (float)(max ? best : sum / samples);
                    }
                }
            }
        }
        return Cast.To(y, x.Kind);
    }

    /// <summary>ONNX MaxRoiPool: the greatest element in each cell of each region (batch, x1, y1, x2, y2), corners rounded to whole elements.</summary>
    public static NdArray MaxRoiPool(NdArray x, NdArray rois, long height, long width, float spatialScale)
    {
        Shapes.Require(x.Rank == 4 && rois.Rank == 2 && rois.Shape[1] == 5 && height > 0 && width > 0, "MaxRoiPool needs regions of five numbers");
        var wide = Cast.To(x, ElementKind.F32);
        var from = wide.Read<float>();
        int channels = (int)x.Shape[1], rows = (int)x.Shape[2], columns = (int)x.Shape[3], plane = rows * columns;
        var y = NdArray.CreateUninitialized(ElementKind.F32, [rois.Shape[0], channels, height, width]);
        var to = y.Write<float>();
        int at = 0;
        for (long r = 0; r < rois.Shape[0]; r++)
        {
            long n = (long)rois.GetDouble(r * 5);
            Shapes.Require(n >= 0 && n < x.Shape[0], $"batch index {n} is out of range");
            double x1 = Corner(rois, r * 5 + 1, spatialScale), y1 = Corner(rois, r * 5 + 2, spatialScale);
            double w = Math.Max(Corner(rois, r * 5 + 3, spatialScale) - x1 + 1, 1), h = Math.Max(Corner(rois, r * 5 + 4, spatialScale) - y1 + 1, 1);
            for (int c = 0; c < channels; c++)
            {
                var image = from.Slice((int)(n * channels + c) * plane, plane);
                for (long i = 0; i < height; i++)
                {
                    int top = (int)Math.Clamp(Math.Floor(i * h / height) + y1, 0, rows), bottom = (int)Math.Clamp(Math.Ceiling((i + 1) * h / height) + y1, 0, rows);
                    for (long j = 0; j < width; j++)
                    {
                        int left = (int)Math.Clamp(Math.Floor(j * w / width) + x1, 0, columns), right = (int)Math.Clamp(Math.Ceiling((j + 1) * w / width) + x1, 0, columns);
                        float best = bottom <= top || right <= left ? 0 : float.NegativeInfinity;
                        for (int p = top; p < bottom; p++)
                            for (int q = left; q < right; q++) best = Math.Max(best, image[p * columns + q]);
                        to[at++] = best;
                    }
                }
            }
        }
        return Cast.To(y, x.Kind);
    }

    private static double Corner(NdArray rois, long at, float scale) => Math.Round(rois.GetDouble(at) * scale, MidpointRounding.AwayFromZero);

    private static float Overlap(ReadOnlySpan<float> boxes, int p, int q, bool centers)
    {
        var a = Corners(boxes.Slice(p, 4), centers);
        var b = Corners(boxes.Slice(q, 4), centers);
        float width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left), height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        if (width <= 0 || height <= 0) return 0;
        float both = width * height;
        float union = (a.Right - a.Left) * (a.Bottom - a.Top) + (b.Right - b.Left) * (b.Bottom - b.Top) - both;
        return union <= 0 ? 0 : both / union;
    }

    private static (float Left, float Top, float Right, float Bottom) Corners(ReadOnlySpan<float> box, bool center) => center
        ? (box[0] - box[2] / 2, box[1] - box[3] / 2, box[0] + box[2] / 2, box[1] + box[3] / 2)
        : (Math.Min(box[1], box[3]), Math.Min(box[0], box[2]), Math.Max(box[1], box[3]), Math.Max(box[0], box[2]));

    // A bilinear sample, and the greatest of its four weighted neighbours (what RoiAlign's mode max compares).
    private static (double Value, double Largest) Sample(ReadOnlySpan<float> image, int rows, int columns, double y, double x)
    {
        if (!(y >= -1 && y <= rows && x >= -1 && x <= columns)) return (0, 0);
        (y, x) = (Math.Max(y, 0), Math.Max(x, 0));
        int top = (int)y, left = (int)x, bottom, right;
        if (top >= rows - 1) (top, bottom, y) = (rows - 1, rows - 1, rows - 1);
        else bottom = top + 1;
        if (left >= columns - 1) (left, right, x) = (columns - 1, columns - 1, columns - 1);
        else right = left + 1;
        double dy = y - top, dx = x - left;
        double v0 = (1 - dy) * (1 - dx) * image[top * columns + left], v1 = (1 - dy) * dx * image[top * columns + right];
        double v2 = dy * (1 - dx) * image[bottom * columns + left], v3 = dy * dx * image[bottom * columns + right];
        return (v0 + v1 + v2 + v3, Math.Max(Math.Max(v0, v1), Math.Max(v2, v3)));
    }
}
