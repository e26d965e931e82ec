chancerySearch.deliver("index","ff6f72eda5",{"firsts":[""]});
