#!/usr/bin/env python3
"""Expected figures of learnplatform's tables, computed from the raw CSVs without the project's code or SQL.

usage: make_figures.py LANDING > figures.json
  LANDING: districts_info.csv, products_info.csv, engagement_data/<district>.csv or .csv.gz
needs: polars, scikit-learn

Each figure names the table, a query that gives it there, and the value.
"""
import datetime
import json
import sys
from pathlib import Path

import polars as pl
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

INTERVALS = {"pct_black/hispanic": "black_hispanic", "pct_free/reduced": "free_reduced",
             "county_connections_ratio": "connections", "pp_total_raw": "spent"}
SPENT_BY_STATE = {"Connecticut": 19000, "California": 13000, "Ohio": 13000, "North Dakota": 13000,
                  "New York": 23000, "Arizona": 9000, "New Hampshire": 17000}
MAY, SCHOOL_DAY = datetime.date(2020, 5, 1), datetime.date(2020, 9, 15)
DISTRICT, PRODUCT = 1000, 95731


def midpoint(text):
    if text is None:
        return None
    low, high = text.strip("[]").split(",")
    return (float(low) + float(high)) / 2


def read(landing):
    paths = sorted((landing / "engagement_data").glob("*.csv*"))
    schema = {"time": pl.Date, "lp_id": pl.Int64, "pct_access": pl.Float64, "engagement_index": pl.Float64}
    raw = pl.concat([
        pl.read_csv(path, schema=schema).with_columns(district=pl.lit(int(path.name.split(".")[0]))) for path in paths])
    products = pl.read_csv(landing / "products_info.csv").rename({
        "LP ID": "lp_id", "Provider/Company Name": "provider", "Sector(s)": "sectors",
        "Primary Essential Function": "function"})
    products = products.with_columns(group=pl.col("function").str.split(" - ").list.get(1, null_on_oob=True))
    districts = pl.read_csv(landing / "districts_info.csv", null_values=["NaN", ""]).rename({"district_id": "district"})
    for source, name in INTERVALS.items():
        districts = districts.with_columns(pl.col(source).map_elements(midpoint, return_dtype=pl.Float64).alias(name))
    return raw, products, districts


def fill(raw, products, districts):
    engagement = raw.drop_nulls("lp_id")
    assert engagement.select("district", "time", "lp_id").is_unique().all(), "a key repeats"
    smallest = [pl.col(name).min().over("district").alias(f"min_{name}") for name in ("pct_access", "engagement_index")]
    used = engagement.with_columns(smallest).filter(pl.col("lp_id").is_in(products["lp_id"].to_list()))
    used = used.with_columns(
        unfilled=pl.col("engagement_index"),
        pages=pl.coalesce("engagement_index", "min_engagement_index") / 1000,
        access=pl.coalesce("pct_access", "min_pct_access"),
        month=pl.col("time").dt.truncate("1mo"))
    known = districts.drop_nulls("state").with_columns(
        free_reduced=pl.col("free_reduced").fill_null(0.5), connections=pl.col("connections").fill_null(0.59),
        spent=pl.coalesce("spent", pl.col("state").replace_strict(SPENT_BY_STATE, default=None)))
    return engagement, used, known


def capped(expression, most):
    return pl.when(expression > most).then(most).otherwise(expression)


def by_day(used):
    return used.group_by("district", "time").agg(
        products=pl.len(), pages=pl.col("pages").sum(), low=pl.col("access").max(),
        high=capped(pl.col("access").sum(), 100.0), month=pl.col("month").first())


def by_month(daily):
    monthly = daily.group_by("district", "month").agg(
        days=pl.len(), pages=pl.col("pages").sum(), mean_low=pl.col("low").mean(), low=pl.col("low").max(),
        high=capped(pl.col("high").sum(), 100.0))
    return monthly.with_columns(
        sticky_low=pl.col("mean_low") / pl.when(pl.col("high") != 0).then("high"),
        sticky_high=capped(pl.col("mean_low") / pl.when(pl.col("low") != 0).then("low"), 1.0))


def dimension_months(used, dimension):
    """Of a frame with a column `dimension`: districts, products and the mean over districts, by dimension and month."""
    inner = used.drop_nulls(dimension).group_by(dimension, "month", "district").agg(pages=pl.col("pages").sum())
    products = used.drop_nulls(dimension).group_by(dimension, "month").agg(products=pl.col("lp_id").n_unique())
    outer = inner.group_by(dimension, "month").agg(districts=pl.len(), pages=pl.col("pages").mean())
    return outer.join(products, on=[dimension, "month"])


def district_features(used, products, known):
    joined = used.join(products, on="lp_id").with_columns(group=pl.col("group").str.replace("References", "Reference"))
    last = used["time"].max()
    features = joined.group_by("district").agg(
        frequency=pl.len(), days=pl.col("time").n_unique(),
        usage=(pl.col("time").max() - pl.col("time").min()).dt.total_days(),
        recency=(last - pl.col("time").max()).dt.total_days(), products=pl.col("lp_id").n_unique(),
        providers=pl.col("provider").drop_nulls().n_unique(), functions=pl.col("group").drop_nulls().n_unique(),
        pages=pl.col("pages").sum(), unfilled=pl.col("unfilled").sum() / 1000)
    features = features.with_columns(clicks=pl.col("frequency") / pl.when(pl.col("usage") != 0).then("usage"))
    return features.join(known, on="district", how="left").sort("district")


def product_features(used, known):
    last = used["time"].max()
    return used.filter(pl.col("district").is_in(known["district"].to_list())).group_by("lp_id").agg(
        districts=pl.col("district").n_unique(), loads=pl.len(), days=pl.col("time").n_unique(),
        recency=(last - pl.col("time").max()).dt.total_days(), pages=pl.col("pages").sum()).sort("lp_id")


def recommendations(used, features, labels):
    """Rows (district, product, share, median), by peers in the cluster."""
    rows = []
    totals = used.group_by("district", "lp_id").agg(pages=pl.col("pages").sum())
    for cluster in sorted(set(labels)):
        members = [district for district, label in zip(features["district"], labels) if label == cluster]
        inside = totals.filter(pl.col("district").is_in(members))
        peers = inside.group_by("lp_id").agg(users=pl.len(), median=pl.col("pages").median())
        for district in members:
            own = inside.filter(pl.col("district") == district)["lp_id"].to_list()
            for lp_id, users, median in peers.filter(~pl.col("lp_id").is_in(own)).rows():
                rows.append((district, lp_id, users / len(members), median))
    return pl.DataFrame(rows, schema=["district", "lp_id", "share", "median"], orient="row")


def cluster(frame, columns, k):
    points = StandardScaler().fit_transform(frame.select(columns).to_numpy())
    best = KMeans(n_clusters=k, n_init=200, random_state=0).fit(points)
    return best.labels_.tolist(), best.inertia_, silhouette_score(points, best.labels_)


class Figures(list):
    def add(self, table, sql, value):
        if isinstance(value, datetime.date):
            value = value.isoformat()
        if isinstance(value, float):
            value = float(f"{value:.12g}")  # the last digits depend on the order of addition
        sql = sql.replace("FROM ", "FROM learnplatform.")
        self.append({"table": f"learnplatform.{table}", "sql": sql, "value": value})

    def row(self, table, where, frame, columns):
        """One figure a column of the only row of `frame`."""
        assert frame.height == 1, (table, where, frame)
        for column, source in columns.items():
            self.add(table, f"SELECT {column} FROM {table} WHERE {where}", frame[source][0])

    def quality(self, table, k, inertia, silhouette):
        self.add(table, f"SELECT inertia FROM {table} WHERE k = {k}", inertia)
        self.add(table, f"SELECT silhouette FROM {table} WHERE k = {k}", silhouette)

    def total(self, table, frame, columns):
        self.add(table, f"SELECT count(*) FROM {table}", frame.height)
        for column, source in columns.items():
            self.add(table, f"SELECT sum({column}) FROM {table}", frame[source].sum())


def loaded(figures, raw, engagement, districts, products, known):
    figures.add("engagement", "SELECT count(*) FROM engagement", engagement.height)
    figures.add("engagement", "SELECT sum(engagement_index) FROM engagement", engagement["engagement_index"].sum())
    figures.add("engagement", "SELECT max(time) FROM engagement", engagement["time"].max())
    figures.total("districts", districts, {"pct_black_hispanic": "black_hispanic", "pct_free_reduced": "free_reduced"})
    figures.total("products", products, {})
    figures.total("districts_filled", known, {
        "pct_free_reduced": "free_reduced", "county_connections_ratio": "connections", "pp_total_raw": "spent"})
    spent = districts.drop_nulls("state")["spent"].null_count()
    figures.add("districts_filled", "SELECT count(*) FROM districts_filled WHERE pp_total_raw_filled", spent)


def daily(figures, used, days, known):
    figures.total("engagement_filled", used, {"pct_access": "access"})
    filled = used.filter(pl.col("unfilled").is_null()).height
    figures.add("engagement_filled", "SELECT count(*) FROM engagement_filled WHERE engagement_index_filled", filled)
    figures.total("district_daily", days, {
        "products_used": "products", "pages_per_student": "pages", "dau_low": "low", "dau_high": "high"})
    figures.row("district_daily", f"district_id = {DISTRICT} AND time = DATE '{SCHOOL_DAY}'",
                days.filter(district=DISTRICT, time=SCHOOL_DAY), {"products_used": "products", "dau_low": "low"})
    products = used.group_by("lp_id", "time").agg(
        districts=pl.len(), pages=pl.col("pages").sum(), access=pl.col("access").mean())
    figures.total("product_daily", products, {
        "districts": "districts", "pages_per_student": "pages", "mean_pct_access": "access"})
    with_state = used.filter(pl.col("district").is_in(known["district"].to_list())).height
    figures.add("product_daily", "SELECT sum(districts_with_state) FROM product_daily", with_state)
    figures.row("product_daily", f"lp_id = {PRODUCT} AND time = DATE '{SCHOOL_DAY}'",
                products.filter(lp_id=PRODUCT, time=SCHOOL_DAY),
                {"districts": "districts", "mean_pct_access": "access"})


def monthly(figures, used, days, products, known):
    cells = used.group_by("district", "lp_id", "month").agg(n=pl.len(), pages=pl.col("pages").sum())
    figures.total("district_product_monthly", cells, {"records": "n", "pages_per_student": "pages"})
    figures.total("district_products", used.group_by("district", "lp_id").agg(n=pl.len()), {"records": "n"})
    months = by_month(days).join(cells.group_by("district", "month").agg(products=pl.len()), on=["district", "month"])
    figures.total("district_monthly", months, {
        "active_days": "days", "products_used": "products", "mau_low": "low", "mau_high": "high",
        "stickiness_low": "sticky_low", "stickiness_high": "sticky_high"})
    figures.row("district_monthly", f"district_id = {DISTRICT} AND month = DATE '{MAY}'",
                months.filter(district=DISTRICT, month=MAY),
                {"pages_per_student": "pages", "stickiness_low": "sticky_low", "stickiness_high": "sticky_high"})
    sectors = products.with_columns(pl.col("sectors").str.split("; ")).explode("sectors")
    sources = [
        ("state_monthly", "state", used.join(known.select("district", "state"), on="district"), "Illinois"),
        ("sector_monthly", "sectors", used.join(sectors.select("lp_id", "sectors"), on="lp_id"), "Higher Ed"),
        ("function_monthly", "group", used.join(products.select("lp_id", "group"), on="lp_id"), "Study Tools")]
    names = {"sectors": "sector", "group": "function_group"}
    for table, dimension, frame, example in sources:
        result = dimension_months(frame, dimension)
        figures.total(table, result, {"districts": "districts", "products": "products", "pages_per_student": "pages"})
        figures.row(table, f"{names.get(dimension, dimension)} = '{example}' AND month = DATE '{MAY}'",
                    result.filter(pl.col(dimension) == example, pl.col("month") == MAY),
                    {"districts": "districts", "products": "products", "pages_per_student": "pages"})


def features(figures, used, products, known):
    districts = district_features(used, products, known)
    columns = {
        "frequency": "frequency", "active_days": "days", "usage_days": "usage", "recency_days": "recency",
        "num_products_used": "products", "num_providers": "providers", "functions_covered": "functions",
        "clicks_per_day": "clicks", "total_pages_per_student": "pages", "total_pages_per_student_unfilled": "unfilled",
        "avg_black_hispanic": "black_hispanic", "avg_free_reduced": "free_reduced", "avg_spent_per_pupil": "spent"}
    figures.total("district_features", districts, columns)
    figures.row("district_features", f"district_id = {DISTRICT}", districts.filter(district=DISTRICT), columns)
    items = product_features(used, known)
    columns = {"num_district": "districts", "lp_id_loads": "loads", "active_days": "days", "recency_days": "recency",
               "engagement_per_student": "pages"}
    figures.total("product_features", items, columns)
    figures.row("product_features", f"lp_id = {PRODUCT}", items.filter(lp_id=PRODUCT), columns)
    return districts.drop_nulls("state"), items


def clusters(figures, used, districts, items):
    labels, inertia, silhouette = cluster(districts, ["recency", "clicks", "pages", "black_hispanic", "spent"], 5)
    figures.quality("district_cluster_selection", 5, inertia, silhouette)
    largest = max(labels.count(label) for label in labels)
    figures.add("district_clusters", "SELECT count(*) FROM district_clusters WHERE cluster = 0", largest)
    advice = recommendations(used, districts, labels)
    figures.total("product_recommendations", advice, {"peer_share": "share", "peer_pages_per_student": "median"})
    _labels, inertia, silhouette = cluster(items, ["districts", "loads", "pages"], 4)
    figures.quality("product_cluster_selection", 4, inertia, silhouette)


def main(landing):
    raw, products, districts = read(landing)
    engagement, used, known = fill(raw, products, districts)
    days = by_day(used)
    figures = Figures()
    loaded(figures, raw, engagement, districts, products, known)
    daily(figures, used, days, known)
    monthly(figures, used, days, products, known)
    clusters(figures, used, *features(figures, used, products, known))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
